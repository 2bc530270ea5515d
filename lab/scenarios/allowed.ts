import { dig, httpsByAddress, httpsByName, ping, query } from '../clients/index.ts';
import { hostNamed } from '../net/index.ts';
import { databasePorts } from '../services/index.ts';
import type { Scenario } from './attempt.ts';

const resolver = hostNamed('resolver');
const billing = hostNamed('billing');
const ledger = hostNamed('ledger');

const billingName = 'billing.acme.example';

/** Question that the ledger answers with `ledgerAnswer`. */
export const ledgerQuestion = 'SELECT count(*) FROM invoices';
export const ledgerAnswer = '1 row: 4711';

/** A host name opens an address for the agent that asked for it, from the moment the answer passes; not before. */
export function byName(authority: string): Scenario {
  return {
    name: 'by-name',
    about: 'what a policy allows by host name',
    inOrder: true,
    attempts: [
      {
        says: 'before it has asked for the name, the address behind it is closed',
        from: 'invoice-processor',
        client: httpsByAddress(billingName, billing.ipv4.host, authority),
        expect: 'silence',
      },
      {
        says: 'the permitted resolver answers it (A)',
        from: 'invoice-processor',
        client: dig(resolver.ipv4.host, billingName, 'A'),
        expect: 'answered',
        answer: billing.ipv4.host,
      },
      {
        says: 'the permitted resolver answers it over IPv6 (AAAA)',
        from: 'invoice-processor',
        client: dig(resolver.ipv6.host, billingName, 'AAAA'),
        expect: 'answered',
        answer: billing.ipv6.host,
      },
      {
        says: 'invoices are fetched over HTTPS, certificate verified',
        from: 'invoice-processor',
        client: httpsByName(billingName, 4, authority),
        expect: 'answered',
        answer: 'hello from billing',
      },
      {
        says: 'and over IPv6',
        from: 'invoice-processor',
        client: httpsByName(billingName, 6, authority),
        expect: 'answered',
        answer: 'hello from billing',
      },
      {
        says: 'a name under **.papers.example',
        from: 'research-assistant',
        client: httpsByName('arxiv.papers.example', 4, authority),
        expect: 'answered',
        answer: 'hello from papers',
      },
      {
        says: 'a deeper one, over IPv6',
        from: 'research-assistant',
        client: httpsByName('search.arxiv.papers.example', 6, authority),
        expect: 'answered',
        answer: 'hello from papers',
      },
    ],
  };
}

/** A network range opens addresses, for the protocol and ports of its clause. */
export const byAddress: Scenario = {
  name: 'by-address',
  about: 'what a policy allows by network range',
  attempts: [
    {
      says: 'the ledger answers a query',
      from: 'invoice-processor',
      client: query(ledger.ipv4.host, databasePorts.query, ledgerQuestion),
      expect: 'answered',
      answer: ledgerAnswer,
    },
    {
      says: 'and over IPv6',
      from: 'invoice-processor',
      client: query(ledger.ipv6.host, databasePorts.query, ledgerQuestion),
      expect: 'answered',
      answer: ledgerAnswer,
    },
    {
      says: 'echo requests come back',
      from: 'research-assistant',
      client: ping(resolver.ipv4.host),
      expect: 'answered',
      answer: '1 received',
    },
    {
      says: 'and over IPv6',
      from: 'research-assistant',
      client: ping(resolver.ipv6.host),
      expect: 'answered',
      answer: '1 received',
    },
  ],
};
