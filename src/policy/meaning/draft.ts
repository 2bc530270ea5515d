import type { AgentPolicy, Guardrail } from '../policy-set.ts';
import { isError } from '../problem.ts';
import type { Kind } from '../schema/index.ts';
import type { Reader } from './reader.ts';

/** A document on its way into the policy set. */
export interface Draft {
  readonly reader: Reader;
  readonly kind?: Kind;
  /** Absent if the shape of the document is wrong. */
  readonly policy?: AgentPolicy | Guardrail;
}

/** A draft whose shape is right. */
export type PolicyDraft<Policy> = Draft & { readonly policy: Policy };

export function agentsOf(drafts: readonly Draft[]): PolicyDraft<AgentPolicy>[] {
  return drafts.filter(
    (draft): draft is PolicyDraft<AgentPolicy> => draft.policy?.kind === 'AgentPolicy',
  );
}

export function guardrailsOf(drafts: readonly Draft[]): PolicyDraft<Guardrail>[] {
  return drafts.filter(
    (draft): draft is PolicyDraft<Guardrail> => draft.policy?.kind === 'Guardrail',
  );
}

export function isSound({ policy, reader }: Draft): boolean {
  return policy !== undefined && !reader.problems.some(isError);
}
