import { compareBytes } from '../policy/index.ts';
import type { AgentRules, GuardrailRules, RuleSet } from '../rules/index.ts';
import { type ClauseChange, clauseChanges } from './clause-changes.ts';
import { type Phrase, say } from './phrase.ts';

/** How one document's meaning differs; a change of comments, reasons or version alone is none. */
export interface DocumentChange {
  /** `AgentPolicy/<name>` or `Guardrail/<name>`. */
  readonly document: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** What differs; `clause` is `null` where it is about the whole document. */
  readonly statements: readonly ClauseChange[];
}

type Rules = (AgentRules | GuardrailRules) & Partial<Omit<AgentRules & GuardrailRules, 'dns'>>;

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

function documentsOf({ agents, guardrails }: RuleSet): Map<string, Rules> {
  return new Map<string, Rules>([
    ...agents.map((rules) => [`AgentPolicy/${rules.name}`, rules] as const),
    ...guardrails.map((rules) => [`Guardrail/${rules.name}`, rules] as const),
  ]);
}

function statementsFor(was: Rules | undefined, is: Rules | undefined, isGuardrail: boolean) {
  if (!was && !is) return [];
  const statements = [
    ...(was && is ? [...modeChange(was, is), ...listChanges(was, is)] : []),
    ...clauseChanges('deny', was?.deny ?? [], is?.deny ?? [], isGuardrail),
    ...clauseChanges('allow', was?.allow ?? [], is?.allow ?? [], isGuardrail),
  ];
  if (!was) return [whole(['new'], false), ...statements];
  if (!is) return [whole(['removed'], isGuardrail), ...statements];
  return statements;
}

function modeChange({ mode: was }: Rules, { mode: is }: Rules): ClauseChange[] {
  return was === is ? [] : [whole(say`mode: ${was} → ${is}`, is === 'audit')];
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

function whole(phrase: Phrase, weakens: boolean): ClauseChange {
  return { clause: null, weakens, phrase };
}
