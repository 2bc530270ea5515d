import { type Client, dig, http, httpsByAddress, ping, query } from '../clients/index.ts';
import { hostNamed } from '../net/index.ts';
import { agentToolPort, databasePorts } from '../services/index.ts';
import { ledgerAnswer, ledgerQuestion } from './allowed.ts';
import type { Attempt, Scenario } from './attempt.ts';
import { dnsTunnel } from './tunnel.ts';

const resolver = hostNamed('resolver');
const ledger = hostNamed('ledger');
const papers = hostNamed('papers');
const vault = hostNamed('vault');
const attacker = hostNamed('attacker');

const queryLedger = (address: string, port: number = databasePorts.query) =>
  query(address, port, ledgerQuestion);

const denied = (from: Attempt['from'], says: string, client: Client): Attempt => ({
  says,
  from,
  client,
  expect: 'silence',
});

const refused = (from: Attempt['from'], says: string, client: Client): Attempt => ({
  ...denied(from, says, client),
  expect: 'refused',
});

/** What the other agent may do, this one may not; and whatever nobody has written is closed. */
export function byDefault(authority: string): Scenario {
  const invoice = 'invoice-processor';
  const research = 'research-assistant';
  const papersName = 'arxiv.papers.example';
  return {
    name: 'by-default',
    about: 'what no clause will allow',
    attempts: [
      denied(research, 'the ledger is not its business', queryLedger(ledger.ipv4.host)),
      denied(research, 'nor over IPv6', queryLedger(ledger.ipv6.host)),
      refused(
        research,
        'a name that only the other agent may ask for',
        dig(resolver.ipv4.host, 'billing.acme.example', 'A'),
      ),
      refused(
        research,
        '**.papers.example is not papers.example itself',
        dig(resolver.ipv6.host, 'papers.example', 'AAAA'),
      ),
      denied(
        invoice,
        'the other agent’s web service, by address',
        httpsByAddress(papersName, papers.ipv4.host, authority),
      ),
      denied(
        invoice,
        'and by IPv6 address',
        httpsByAddress(papersName, papers.ipv6.host, authority),
      ),
      denied(invoice, 'it may not even ping', ping(resolver.ipv4.host)),
      denied(invoice, 'a stranger on the internet', http(attacker.ipv4.host, 80)),
      denied(invoice, 'nor over IPv6', http(attacker.ipv6.host, 80)),
    ],
  };
}

/** A policy's own deny cuts a port out of what its allow opens. */
export const byOwnDeny: Scenario = {
  name: 'by-own-deny',
  about: 'what a policy will deny',
  attempts: [
    denied(
      'invoice-processor',
      'the ledger’s administration port, cut out of the range that is allowed',
      queryLedger(ledger.ipv4.host, databasePorts.administration),
    ),
    denied(
      'invoice-processor',
      'and over IPv6',
      queryLedger(ledger.ipv6.host, databasePorts.administration),
    ),
    {
      says: 'which does work for a host that is not governed',
      from: 'billing',
      client: queryLedger(ledger.ipv4.host, databasePorts.administration),
      expect: 'answered',
      answer: ledgerAnswer,
    },
  ],
};

/** A guardrail stands above every agent: the vault's network and port are allowed by the policy, the guardrail forbids it. */
export const byGuardrail: Scenario = {
  name: 'by-guardrail',
  about: 'what a guardrail will deny',
  attempts: [
    denied('research-assistant', 'the vault stays closed', http(vault.ipv4.host, 80)),
    denied('research-assistant', 'and over IPv6', http(vault.ipv6.host, 80)),
    {
      says: 'which does answer a host that is not governed',
      from: 'billing',
      client: http(vault.ipv4.host, 80),
      expect: 'answered',
      answer: 'every secret there is',
    },
  ],
};

/** From one agent to another: both offer their tools to themselves alone. */
export const lateralMove: Scenario = {
  name: 'lateral-move',
  about: 'moves from agent to agent',
  attempts: [
    ...(['invoice-processor', 'research-assistant'] as const).flatMap((from): Attempt[] => {
      const to = from === 'invoice-processor' ? 'research-assistant' : 'invoice-processor';
      const { ipv4, ipv6 } = hostNamed(to);
      return [
        denied(from, `the tools of ${to}`, http(ipv4.host, agentToolPort)),
        denied(from, 'and over IPv6', http(ipv6.host, agentToolPort)),
      ];
    }),
    {
      says: 'which do answer on their own machine',
      from: 'research-assistant',
      client: http(hostNamed('research-assistant').ipv4.host, agentToolPort),
      expect: 'answered',
      answer: 'tools of research-assistant',
    },
  ],
};

/** Everything that the policies must stop, each with what shows that it is there at all. */
export function deniedScenarios(authority: string): readonly Scenario[] {
  return [byDefault(authority), byOwnDeny, byGuardrail, lateralMove, dnsTunnel];
}
