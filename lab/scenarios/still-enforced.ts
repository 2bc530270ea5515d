import { dig, http, httpsByName, query } from '../clients/index.ts';
import { hostNamed } from '../net/index.ts';
import { databasePorts } from '../services/index.ts';
import { ledgerAnswer, ledgerQuestion } from './allowed.ts';
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

const queryLedger = query(hostNamed('ledger').ipv4.host, databasePorts.query, ledgerQuestion);

/** What holds once the ledger is frozen for one agent and open to the other, and no earlier. */
export const ledgerMoved: Scenario = {
  name: 'ledger-moved',
  about: 'what the last change has denied and allowed',
  attempts: [
    {
      says: 'what the merged change allows works',
      from: 'research-assistant',
      client: queryLedger,
      expect: 'answered',
      answer: ledgerAnswer,
    },
    {
      says: 'what it denies does not',
      from: 'invoice-processor',
      client: queryLedger,
      expect: 'silence',
    },
  ],
};

/** What a gateway without any rules lets through: nothing, the permitted resolver included. */
export const allRefused: Scenario = {
  name: 'all-refused',
  about: 'anything at all, without rules',
  attempts: [
    {
      says: 'without rules, nothing gets through',
      from: 'invoice-processor',
      client: queryLedger,
      expect: 'silence',
    },
    {
      says: 'not even a question to the resolver',
      from: 'research-assistant',
      client: dig(hostNamed('resolver').ipv6.host, 'arxiv.papers.example', 'AAAA'),
      expect: 'silence',
    },
  ],
};
