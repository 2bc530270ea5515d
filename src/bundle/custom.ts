import { Ajv } from 'ajv';
import type { BundleCustom } from './bundle.ts';
import { BundleError } from './bundle-error.ts';

/** As it stands in the signed metadata: with whom the rules are for, and what they are. */
export interface SignedCustom extends BundleCustom {
  readonly group: string;
  readonly digest: string;
}

const count = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;

// Further fields are let through: a newer publisher may say more.
const isSignedCustom = new Ajv({ strict: true }).compile<SignedCustom>({
  type: 'object',
  required: [
    ...['group', 'digest', 'seq', 'commit', 'pullRequest'],
    ...['compiler', 'agents', 'clauses', 'createdAt'],
  ],
  properties: {
    group: { type: 'string' },
    digest: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    seq: { ...count, minimum: 1 },
    commit: { type: 'string', pattern: '^[0-9a-f]{7,64}$' },
    pullRequest: { oneOf: [{ type: 'null' }, { ...count, minimum: 1 }] },
    compiler: { type: 'string', minLength: 1, maxLength: 256 },
    agents: count,
    clauses: count,
    createdAt: {
      type: 'string',
      pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$',
    },
  },
});

/** @throws {BundleError} `malformed` */
export function parseCustom(custom: unknown): SignedCustom {
  if (isSignedCustom(custom)) return custom;
  const [error] = isSignedCustom.errors ?? [];
  throw new BundleError(
    'malformed',
    `The signed description of the bundle is not one that this version reads (${error?.instancePath} ${error?.message}).`,
  );
}

/** Without what a {@link Bundle} holds by itself, and without fields that this version does not know. */
export function publicCustom(custom: SignedCustom): BundleCustom {
  const { seq, commit, pullRequest, compiler, agents, clauses, createdAt } = custom;
  return { seq, commit, pullRequest, compiler, agents, clauses, createdAt };
}
