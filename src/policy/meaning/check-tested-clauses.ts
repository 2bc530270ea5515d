import { type Suggest, show } from '../schema/index.ts';
import type { Draft } from './draft.ts';
import type { Findings } from './findings.ts';
import type { Reference } from './references.ts';

/** Ids of the clauses of `Guardrail/builtin` (rule D7). */
export const builtinClauses: readonly string[] = ['metadata', 'link-local'];

/** Clauses that PolicyTests expect to decide exist. */
export function checkTestedClauses(
  drafts: readonly Draft[],
  findings: Findings,
  suggest: Suggest,
): void {
  const tests = drafts.filter(({ references }) => references.some(isClause));
  if (tests.length === 0) return;
  const known = clausesByDocument(drafts);
  for (const draft of tests) {
    for (const { name, position, by } of draft.references.filter(isClause)) {
      const [document = '', id = name] = name.includes('#')
        ? name.split('#', 2)
        : [`AgentPolicy/${by}`];
      const there = known.get(document);
      if (there === 'unknown' || there?.has(id)) continue;
      // An unknown agent of the case is told of already.
      if (!there && !name.includes('#')) continue;
      const near = there && suggest(`clause of ${document}`, id, () => there);
      findings.report(draft, 'unknownClause', position, {
        message: there
          ? `${show(document)} has no clause ${show(id)}`
          : `there is no document ${show(document)}`,
        remedy: near
          ? `did you mean \`${near}\`?`
          : 'write the id of a clause of the agent, or `Guardrail/NAME#ID`; `null` stands for none',
      });
    }
  }
}

function isClause({ to }: Reference): boolean {
  return to === 'clause';
}

/** `unknown`: what the document holds cannot be told, for its shape is wrong or there are two of this name. */
function clausesByDocument(
  drafts: readonly Draft[],
): ReadonlyMap<string, ReadonlySet<string> | 'unknown'> {
  const known = new Map<string, ReadonlySet<string> | 'unknown'>([
    ['Guardrail/builtin', new Set(builtinClauses)],
  ]);
  for (const { kind, name, holds = 'unknown' } of drafts) {
    if (!name || (kind !== 'AgentPolicy' && kind !== 'Guardrail')) continue;
    const document = `${kind}/${name.text}`;
    known.set(document, known.has(document) ? 'unknown' : holds);
  }
  return known;
}
