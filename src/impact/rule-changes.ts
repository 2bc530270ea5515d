import { compareBytes, type Labels } from '../policy/index.ts';
import type { AgentRules, GatewayGroupRules, GuardrailRules, RuleSet } from '../rules/index.ts';
import { type ClauseChange, clauseChanges } from './clause-changes.ts';
import { type Phrase, say } from './phrase.ts';

/** How one document's meaning differs; a change of comments, reasons or version alone is none. */
export interface DocumentChange {
  /** `AgentPolicy/<name>`, `Guardrail/<name>` or `GatewayGroup/<name>`. Endpoints show in the clauses that name them. */
  readonly document: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** What differs; `clause` is `null` where it is about the whole document. */
  readonly statements: readonly ClauseChange[];
}

type Rules = Partial<Omit<AgentRules & GuardrailRules & GatewayGroupRules, 'dns'>> & {
  readonly dns?: Readonly<Record<string, unknown>>;
};

/** The differences between two sets of rules, by document. */
export function ruleChanges(before: RuleSet, after: RuleSet): DocumentChange[] {
  const old = documentsOf(before);
  const now = documentsOf(after);
  const documents = [...new Set([...old.keys(), ...now.keys()])].toSorted(compareBytes);
  return documents.flatMap((document) => {
    const was = old.get(document);
    const is = now.get(document);
    const statements = statementsFor(was, is, document.startsWith('Guardrail/'));
    if (statements.length === 0) return [];
    return [{ document, change: !was ? 'added' : !is ? 'removed' : 'changed', statements }];
  });
}

function documentsOf({ agents, guardrails, gatewayGroups }: RuleSet): Map<string, Rules> {
  return new Map<string, Rules>([
    ...agents.map(
      ({ dns, ...rules }) => [`AgentPolicy/${rules.name}`, { ...rules, dns: { ...dns } }] as const,
    ),
    ...guardrails.map(
      ({ dns, ...rules }) => [`Guardrail/${rules.name}`, { ...rules, dns: { ...dns } }] as const,
    ),
    ...gatewayGroups.map((rules) => [`GatewayGroup/${rules.name}`, rules] as const),
  ]);
}

function statementsFor(was: Rules | undefined, is: Rules | undefined, isGuardrail: boolean) {
  if (!was && !is) return [];
  const clauses = (['deny', 'allow', 'ingress'] as const).flatMap((effect) =>
    clauseChanges(effect, was?.[effect] ?? [], is?.[effect] ?? [], isGuardrail),
  );
  if (!was) return [whole(['new'], false), ...clauses];
  if (!is) return [whole(['removed'], isGuardrail), ...clauses];
  return [...modeChange(was, is), ...listChanges(was, is), ...fieldChanges(was, is), ...clauses];
}

function modeChange({ mode: was }: Rules, { mode: is }: Rules): ClauseChange[] {
  if (was === is || was === undefined || is === undefined) return [];
  return [whole(say`mode: ${was} → ${is}`, is === 'audit')];
}

const lists = {
  sources: 'workloads',
  resolvers: 'resolvers',
  trusted: 'trusted networks',
  guardrails: 'guardrails above it',
} as const;

function listChanges(was: Rules, is: Rules): ClauseChange[] {
  return (['sources', 'resolvers', 'trusted', 'guardrails'] as const).flatMap((key) => {
    const old = was[key] ?? [];
    const now = is[key] ?? [];
    const gone = old.filter((item) => !now.includes(item));
    const come = now.filter((item) => !old.includes(item));
    if (gone.length === 0 && come.length === 0) return [];
    const signed = [...gone.map((item) => `−${item}`), ...come.map((item) => `+${item}`)];
    const weakens = key === 'guardrails' ? gone.length > 0 : key === 'trusted' && come.length > 0;
    return [whole([`${lists[key]}: `, { value: signed.join(' ') }], weakens)];
  });
}

/** Everything else that decides, or that gateways and logs go by; by the name that the policy gives it. */
function fieldsOf({ onDeny, identity, selector, gateways, dns, labels, routes, stage }: Rules) {
  return {
    onDeny,
    identity: identity && pairsText(identity),
    'workload labels': selector && pairsText(selector),
    gateways: gateways && pairsText(gateways),
    dns: dns && pairsText(dns),
    // Of agents they only select guardrails, which are told by themselves.
    labels: routes && labels && pairsText(labels),
    routes: routes && pairsText(routes),
    stage: stage?.toString(),
  };
}

function fieldChanges(was: Rules, is: Rules): ClauseChange[] {
  const [old, now] = [fieldsOf(was), fieldsOf(is)];
  return (Object.keys(now) as (keyof typeof now)[]).flatMap((field) => {
    const [before = '', after = ''] = [old[field], now[field]];
    if (before === after) return [];
    return [
      whole([`${field}: `, { value: before || 'none' }, ' → ', { value: after || 'none' }], false),
    ];
  });
}

/** `region=eu tier=gold`; order says nothing. */
function pairsText(pairs: Labels | Readonly<Record<string, unknown>>): string {
  return Object.entries(pairs)
    .toSorted(([a], [b]) => compareBytes(a, b))
    .map(
      ([key, value]) =>
        `${key}=${typeof value === 'object' ? `(${pairsText({ ...value })})` : value}`,
    )
    .join(' ');
}

function whole(phrase: Phrase, weakens: boolean): ClauseChange {
  return { clause: null, weakens, phrase };
}
