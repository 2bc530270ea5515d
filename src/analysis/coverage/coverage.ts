import type {
  AgentPolicy,
  Guardrail,
  PolicyClause,
  PolicySet,
  Position,
} from '../../policy/index.ts';
import { notHeld, type RuleSet } from '../../rules/index.ts';

const list = new Intl.ListFormat('en');

/** From the best to the worst. */
export const coverageLevels = ['enforced', 'partly', 'not enforceable here'] as const;
export type CoverageLevel = (typeof coverageLevels)[number];

/** How far the data plane holds what a clause says, or what a document says beside its clauses. */
export interface Coverage {
  /** `AgentPolicy/a#crm`, or `AgentPolicy/a` for what the document itself states. */
  readonly subject: string;
  readonly level: CoverageLevel;
  /** One for each reason; empty where it is enforced. */
  readonly why: readonly string[];
  readonly position: Position;
}

/**
 * Coverage of every clause in the order of the documents, denies first, then allows, then ingress. A document itself is
 * listed only for what it states that cannot be held. `ruleSet` is what the policies compile to.
 */
export function coverageOf({ agents, guardrails }: PolicySet, ruleSet: RuleSet): Coverage[] {
  const missing = Map.groupBy(notHeld(ruleSet), ({ subject }) => subject);
  const entry = (subject: string, position: Position, partly: readonly string[]): Coverage => {
    const found = (missing.get(subject) ?? []).map(({ what }) => what);
    const not =
      found.length > 0 ? [`this version's data plane cannot hold ${list.format(found)}`] : [];
    const level =
      not.length > 0 ? 'not enforceable here' : partly.length > 0 ? 'partly' : 'enforced';
    return { subject, level, why: [...not, ...partly], position };
  };
  return [...agents, ...guardrails].flatMap((document) => {
    const name = `${document.kind}/${document.metadata.name}`;
    const own = entry(name, document.position, []);
    const clauses = ([...clausesOf(document)] as const).map(([clause, effect]) =>
      entry(`${name}#${clause.id}`, clause.position, whyPartly(document, clause, effect)),
    );
    return own.level === 'enforced' ? clauses : [own, ...clauses];
  });
}

type Effect = 'deny' | 'allow' | 'ingress';
type AnyClause = Pick<PolicyClause, 'id' | 'position'> & Partial<PolicyClause>;

function* clausesOf(document: AgentPolicy | Guardrail): Generator<[AnyClause, Effect]> {
  for (const clause of document.deny) yield [clause, 'deny'];
  for (const clause of document.allow) yield [clause, 'allow'];
  if (document.kind === 'Guardrail') return;
  for (const clause of document.ingress) yield [clause, 'ingress'];
}

function whyPartly(
  { kind, mode }: AgentPolicy | Guardrail,
  { to, paths = [], budget }: AnyClause,
  effect: Effect,
): string[] {
  return [
    ...(mode === 'audit' ? whyAudit(kind, effect) : []),
    ...(paths.length > 0
      ? ['`paths` restrict nothing: all paths of the destination can be reached']
      : []),
    ...(budget === undefined
      ? []
      : [`per gateway: each counts the budget \`${budget}\` by itself`]),
    ...(effect === 'deny' && to?.kind === 'host'
      ? ['an address that was never asked for by name, and is used without SNI, has no name']
      : []),
  ];
}

/** Rule D6: an audit guardrail decides nothing; the denials of an agent in audit are told, not enforced. */
function whyAudit(kind: 'AgentPolicy' | 'Guardrail', effect: Effect): string[] {
  if (kind === 'Guardrail') return ['`mode: audit`: logged, decides nothing'];
  return effect === 'deny' ? ['`mode: audit`: logged, nothing is dropped'] : [];
}

/** How many entries there are of each level. */
export function coverageCounts(entries: readonly Coverage[]): Record<CoverageLevel, number> {
  const counts = { enforced: 0, partly: 0, 'not enforceable here': 0 };
  for (const { level } of entries) counts[level]++;
  return counts;
}
