import type { AgentPolicy, Guardrail } from '../policy-set.ts';
import { type Kind, show, suggest } from '../schema/index.ts';
import { carries } from './applies-to.ts';
import type { Draft, Entries, Entry } from './draft.ts';
import type { Findings } from './findings.ts';
import type { Reference } from './references.ts';

/**
 * Whatever a document names exists: endpoints, agents, routes of the gateway groups that carry the agent, clauses that
 * a test expects. A document that is there but broken counts as there.
 */
export function checkReferences(
  drafts: readonly Draft[],
  entries: Entries,
  findings: Findings,
): void {
  const known = { endpoint: namesOf(drafts, 'Endpoint'), agent: namesOf(drafts, 'AgentPolicy') };
  const suggestion = suggestions();
  for (const draft of drafts) {
    for (const { to, name, position } of draft.references) {
      if (to !== 'endpoint' && to !== 'agent') continue;
      if (known[to].has(name)) continue;
      const near = suggestion(name, known[to]);
      findings.report(draft, 'unknownDocument', position, {
        message: `there is no ${to} ${show(name)}`,
        remedy: near
          ? `did you mean \`${near}\`?`
          : `write the name of an \`${{ endpoint: 'Endpoint', agent: 'AgentPolicy' }[to]}\` of this folder`,
      });
    }
  }
  for (const entry of entries.agents) checkRoutes(entry, entries, findings);
  checkTestedClauses(entries, findings);
}

function checkRoutes(
  { draft, document }: Entry<AgentPolicy>,
  { gatewayGroups }: Entries,
  findings: Findings,
): void {
  const routes = draft.references.filter(({ to }) => to === 'route');
  if (routes.length === 0) return;
  const carrying = gatewayGroups
    .map((group) => group.document)
    .filter((group) => carries(group, document));
  for (const { name, position } of routes) {
    if (carrying.length === 0) {
      findings.report(draft, 'unknownRoute', position, {
        message: `there is no route ${show(name)}, for no gateway group carries \`AgentPolicy/${document.metadata.name}\``,
        remedy: 'write a `kind: GatewayGroup` with this route, or remove `via`',
      });
      continue;
    }
    const lacking = carrying.filter(({ routes }) => !Object.hasOwn(routes, name));
    const [group] = lacking;
    if (!group) continue;
    const near = suggest(name, Object.keys(group.routes));
    const more = lacking.length > 1 ? ` (nor have ${lacking.length - 1} more)` : '';
    findings.report(draft, 'unknownRoute', position, {
      message: `\`GatewayGroup/${group.metadata.name}\` carries the agent and has no route ${show(name)}${more}`,
      remedy: near
        ? `did you mean \`${near}\`?`
        : 'add the route to the group, or let `gateways` select other groups',
    });
  }
}

/** Ids of the clauses of `Guardrail/builtin` (rule D7). */
export const builtinClauses: readonly string[] = ['metadata', 'link-local'];

function checkTestedClauses({ agents, guardrails, tests }: Entries, findings: Findings): void {
  if (!tests.some(({ draft }) => draft.references.some(isClause))) return;
  const ids = new Map([
    ...[...agents, ...guardrails].map(({ document }) => idsOf(document)),
    ['Guardrail/builtin', builtinClauses] as const,
  ]);
  for (const { draft } of tests) {
    for (const { name, position, by } of draft.references.filter(isClause)) {
      const [document, id = name] = name.includes('#') ? name.split('#', 2) : [`AgentPolicy/${by}`];
      const there = ids.get(document ?? '');
      // An unknown agent of the case is told of already.
      if (there?.includes(id) || (!there && !name.includes('#'))) continue;
      const near = there && suggest(id, there);
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

function idsOf(document: AgentPolicy | Guardrail): readonly [string, readonly string[]] {
  const { kind, metadata, allow, deny } = document;
  const ingress = kind === 'AgentPolicy' ? document.ingress : [];
  return [`${kind}/${metadata.name}`, [...deny, ...allow, ...ingress].map(({ id }) => id)];
}

function namesOf(drafts: readonly Draft[], kind: Kind): ReadonlySet<string> {
  return new Set(drafts.flatMap((draft) => (draft.kind === kind ? (draft.name?.text ?? []) : [])));
}

// Comparing every misspelt name with every known one would take minutes for a folder of nothing but faults.
const mostSuggestions = 200;

function suggestions() {
  const found = new Map<string, string | undefined>();
  return (name: string, known: ReadonlySet<string>): string | undefined => {
    if (!found.has(name) && found.size < mostSuggestions)
      found.set(name, suggest(name, [...known]));
    return found.get(name);
  };
}
