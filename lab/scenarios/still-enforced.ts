import { http, httpsByName } from '../clients/index.ts';
import { hostNamed } from '../net/index.ts';
import type { Scenario } from './attempt.ts';

/** A short proof that rules are in force: new flows of both agents, allowed and denied, over both address families. */
export function stillEnforced(authority: string): Scenario {
  const vault = hostNamed('vault');
  const attacker = hostNamed('attacker');
  return {
    name: 'still-enforced',
    about: 'something allowed and something denied, for each agent',
    attempts: [
      {
        says: 'what is allowed works',
        from: 'invoice-processor',
        client: httpsByName('billing.acme.example', 4, authority),
        expect: 'answered',
        answer: 'hello from billing',
      },
      {
        says: 'what is allowed works over IPv6',
        from: 'research-assistant',
        client: httpsByName('arxiv.papers.example', 6, authority),
        expect: 'answered',
        answer: 'hello from papers',
      },
      {
        says: 'what is denied does not',
        from: 'research-assistant',
        client: http(vault.ipv4.host, 80),
        expect: 'silence',
      },
      {
        says: 'nor over IPv6',
        from: 'invoice-processor',
        client: http(attacker.ipv6.host, 80),
        expect: 'silence',
      },
    ],
  };
}
