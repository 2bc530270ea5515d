import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { type Cidr, parseCidr } from '../../src/policy/index.ts';
import type { Permit } from './client.ts';

interface Document {
  readonly clients: readonly {
    readonly identity: string;
    readonly agents?: readonly string[];
    readonly addresses?: readonly string[];
  }[];
}

const texts = { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 } as const;
const isDocument = new Ajv({ strict: true }).compile<Document>({
  type: 'object',
  properties: {
    clients: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          identity: { type: 'string', minLength: 1 },
          agents: texts,
          addresses: texts,
        },
        required: ['identity'],
        additionalProperties: false,
      },
    },
  },
  required: ['clients'],
  additionalProperties: false,
});

/** Reads who may register what over the network. @throws Error saying what is wrong and how it is written */
export function parsePermits(text: string): Permit[] {
  const document: unknown = parse(text);
  if (!isDocument(document)) {
    const [first] = isDocument.errors ?? [];
    const place = first?.instancePath || 'the document';
    throw new Error(
      `${place} ${first?.message}. Write clients: [{identity: "spiffe://…", agents: […], addresses: […]}]; ` +
        'agents and addresses may be left out, and then are not restricted.',
    );
  }
  return document.clients.map(({ identity, agents, addresses }) => ({
    identity,
    ...(agents && { agents }),
    ...(addresses && { addresses: addresses.map(readBlock) }),
  }));
}

function readBlock(text: string): Cidr {
  const block = parseCidr(text);
  if (typeof block === 'string') throw new Error(`${text} is no CIDR: ${block}`);
  return block;
}
