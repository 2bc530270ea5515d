import { type Atoms, atomsOf, type Period } from '../atoms/index.ts';
import { allowClauses, type Party } from '../model/index.ts';
import { type Box, interval } from '../sets/index.ts';

/** Longest name that can be asked for, in characters without a trailing dot. */
export const longestName = 251;

/** Questions on common ground: the axes of a box stand for name, kind of type, time, and length of the name. */
export interface QuestionGround {
  readonly atoms: Atoms;
  readonly everything: Box;
  /** Upper ends of the classes of lengths, ascending. */
  readonly lengths: readonly number[];
}

export const textTypes = interval(1, 2);

export function questionGround(
  period: Period,
  parties: readonly (Party | undefined)[],
): QuestionGround {
  const present = parties.filter((party) => party !== undefined);
  const clauses = present.flatMap((party) => [
    ...allowClauses(party),
    ...[party.agent, ...party.enforcing].flatMap(({ deny }) => deny),
  ]);
  // Windows and principals do not matter to a question.
  const atoms = atomsOf(period, {
    clauses: clauses.map(({ during: _during, onBehalfOf: _principals, ...clause }) => clause),
  });
  const limits = present.flatMap((party) => Object.values(longestNames(party)));
  const lengths = [...new Set([...limits.filter((limit) => limit < longestName), longestName])];
  const sorted = lengths.sort((a, b) => a - b);
  const everything = {
    ...atoms.everything,
    peer: interval(0, sorted.length),
    own: interval(0, 1),
    traffic: interval(0, 2),
    sni: atoms.names.everything,
  };
  return { atoms, everything, lengths: sorted };
}

/** Of a name that may be asked for: by the agent’s own policy, and by the guardrail that allows the least. */
export function longestNames({ agent, enforcing }: Party): { guardrails: number; policy: number } {
  const most = ({ dns }: { readonly dns: { readonly maxNameLength?: number } }) =>
    dns.maxNameLength ?? Number.POSITIVE_INFINITY;
  return { guardrails: Math.min(...enforcing.map(most)), policy: most(agent) };
}
