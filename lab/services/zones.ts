import { type HostName, hostNamed } from '../net/index.ts';

/** The organisation's own zone, and that of a public service with many names. Both are answered by the lab's resolver. */
export const zones = ['acme.example', 'papers.example'] as const;

/** A zone that a stranger runs: the resolver asks the stranger's own server about every name in it. */
export const attackerZone = 'evil.example';

/** Names and the hosts that they are addresses of. */
export const names: Readonly<Record<string, HostName>> = {
  'billing.acme.example': 'billing',
  'ledger.acme.example': 'ledger',
  'vault.acme.example': 'vault',
  'papers.example': 'papers',
  'arxiv.papers.example': 'papers',
  'search.arxiv.papers.example': 'papers',
};

/** The A and AAAA records of `names`, as zone file lines. */
export function addressRecords(): string[] {
  return Object.entries(names).flatMap(([name, host]) => {
    const { ipv4, ipv6 } = hostNamed(host);
    return [`${name}. 60 IN A ${ipv4.host}`, `${name}. 60 IN AAAA ${ipv6.host}`];
  });
}
