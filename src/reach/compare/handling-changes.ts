import type { Clause } from '../../rules/index.ts';
import { allowClauses, type Party } from '../model/index.ts';
import type { HandlingChange } from '../reach-diff.ts';
import { blocks } from './source-change.ts';

/** What differs beside the decisions, of an agent that is there before and after. */
export function handlingChanges(before: Party, after: Party): HandlingChange[] {
  return [
    ...fields.flatMap(([what, read]) => {
      const [old, now] = [read(before), read(after)];
      return old === now ? [] : [{ what, clause: null, before: old, after: now }];
    }),
    ...rateChange(before, after),
    ...trustedChange(before, after),
    ...clauseChanges(before, after),
  ];
}

const fields: readonly [string, (party: Party) => string | null][] = [
  ['mode', ({ agent }) => agent.mode],
  ['onDeny', ({ agent }) => agent.onDeny],
  ['dns.onDeny', ({ agent }) => agent.dns.onDeny],
  ['identity', ({ agent }) => pairs(agent.identity)],
  ['gateways', ({ agent }) => pairs(agent.gateways)],
];

function pairs(labels: Readonly<Record<string, string>>): string | null {
  const texts = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return texts.length === 0 ? null : texts.join(', ');
}

/** Fewer questions a minute narrow, though no single question is decided otherwise. */
function rateChange(before: Party, after: Party): HandlingChange[] {
  const [old, now] = [rateOf(before), rateOf(after)];
  if (old === now) return [];
  const text = (rate: number) => (Number.isFinite(rate) ? String(rate) : null);
  const what = 'dns.maxQueriesPerMinute';
  const verdict = now < old ? 'narrows' : 'widens';
  return [{ what, clause: null, before: text(old), after: text(now), verdict }];
}

function rateOf({ agent, enforcing }: Party): number {
  const rates = [agent, ...enforcing].map(
    ({ dns }) => dns.maxQueriesPerMinute ?? Number.POSITIVE_INFINITY,
  );
  return Math.min(...rates);
}

/** Names of special-use addresses are learned inside `trusted` only (rule N1): more of it is more to be reached by name. */
function trustedChange(before: Party, after: Party): HandlingChange[] {
  const [old, now] = [before, after].map(({ enforcing }) => [
    ...new Set(enforcing.flatMap(({ trusted }) => trusted)),
  ]) as [string[], string[]];
  const { added, removed } = blocks(old, now);
  if (added.length + removed.length === 0) return [];
  const verdict = removed.length === 0 ? 'widens' : added.length === 0 ? 'narrows' : 'both';
  const text = (cidrs: readonly string[]) => (cidrs.length === 0 ? null : cidrs.join(', '));
  return [{ what: 'trusted', clause: null, before: text(old), after: text(now), verdict }];
}

/** Ways out of the gateway, of clauses that are there before and after. */
function clauseChanges(before: Party, after: Party): HandlingChange[] {
  const old = new Map(allowClauses(before).map((clause) => [clause.id, clause]));
  const told = (clause: Clause) => clause.via ?? null;
  return allowClauses(after).flatMap((clause): HandlingChange[] => {
    const was = old.get(clause.id);
    if (!was || told(was) === told(clause)) return [];
    return [{ what: 'via', clause: clause.id, before: told(was), after: told(clause) }];
  });
}
