import { parseCidr } from '../policy/index.ts';
import { type Clause, clauseText, type IngressClause, ingressClauseText } from '../rules/index.ts';
import type { Phrase } from './phrase.ts';

export interface ClauseChange {
  /** Id of the clause, or `null` where the order of them changed. */
  readonly clause: string | null;
  readonly weakens: boolean;
  readonly phrase: Phrase;
}

type Effect = 'allow' | 'deny' | 'ingress';
type AnyClause = Clause | IngressClause;

/** A clause as it is told; the built-in guardrail has several entries of one id. */
interface Told {
  readonly text: string;
  readonly isWide: boolean;
}

/** How the clauses of one effect in one document differ. */
export function clauseChanges(
  effect: Effect,
  before: readonly AnyClause[],
  after: readonly AnyClause[],
  isGuardrail: boolean,
): ClauseChange[] {
  const old = toldById(before);
  const now = toldById(after);
  const changes = [...new Set([...old.keys(), ...now.keys()])].flatMap((id): ClauseChange[] => {
    const was = old.get(id);
    const is = now.get(id);
    if (was?.text === is?.text) return [];
    return [
      {
        clause: id,
        weakens: weakens(effect, isGuardrail, was, is),
        phrase: phraseOf(effect, id, was, is),
      },
    ];
  });
  const kept = (order: Iterable<string>) => [...order].filter((id) => old.has(id) && now.has(id));
  if (kept(old.keys()).join() === kept(now.keys()).join()) return changes;
  return [
    ...changes,
    { clause: null, weakens: false, phrase: [`order of ${effect} clauses changed`] },
  ];
}

/** What binds or opens for many agents, or opens very much, deserves a look whether there was traffic or not. */
function weakens(effect: Effect, isGuardrail: boolean, was?: Told, is?: Told): boolean {
  if (effect === 'deny') return isGuardrail && was !== undefined;
  return is !== undefined && (isGuardrail || is.isWide);
}

function toldById(clauses: readonly AnyClause[]): Map<string, Told> {
  const told = new Map<string, Told>();
  for (const clause of clauses) {
    const others = told.get(clause.id);
    const text = 'from' in clause ? ingressClauseText(clause) : clauseText(clause);
    told.set(clause.id, {
      text: others ? `${others.text}; ${text}` : text,
      isWide: isWide(clause) || others?.isWide === true,
    });
  }
  return told;
}

/** Any other side, or a network larger than an organisation's own. */
function isWide(clause: AnyClause): boolean {
  const side = 'from' in clause ? clause.from : clause.to;
  if (side.kind === 'any') return true;
  const cidr = side.kind === 'cidr' ? parseCidr(side.cidr) : 'syntax';
  return typeof cidr !== 'string' && cidr.length < (cidr.family === 4 ? 8 : 16);
}

function phraseOf(effect: string, id: string, was?: Told, is?: Told): Phrase {
  const name = { value: id.slice(id.indexOf('#') + 1) };
  if (!was) return [`new ${effect} `, name, ': ', { value: is?.text ?? '' }];
  if (!is) return [`removed ${effect} `, name, ': ', { value: was.text }];
  return [`${effect} `, name, ': ', { value: was.text }, ' → ', { value: is.text }];
}
