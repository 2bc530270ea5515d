import type { AgentPolicy, GatewayGroup } from '../policy-set.ts';
import { type Kind, limitedSuggest, type Suggest, show } from '../schema/index.ts';
import { carries } from './applies-to.ts';
import { checkTestedClauses } from './check-tested-clauses.ts';
import type { Draft, Entries, Entry } from './draft.ts';
import type { Findings } from './findings.ts';

/**
 * Whatever a document names exists: endpoints, agents, routes of the gateway groups that carry the agent, clauses that
 * a test expects. A document that is there but broken counts as there, and so does what it may hold.
 */
export function checkReferences(
  drafts: readonly Draft[],
  entries: Entries,
  findings: Findings,
): void {
  const suggest = limitedSuggest();
  checkNamed(drafts, findings, suggest);
  // A group that could not be read may be the one that has the route.
  const isWhole = drafts.every(({ kind, says }) => kind !== 'GatewayGroup' || says);
  if (isWhole) for (const entry of entries.agents) checkRoutes(entry, entries, findings, suggest);
  checkTestedClauses(drafts, findings, suggest);
}

const kindOf = { endpoint: 'Endpoint', agent: 'AgentPolicy' } as const;

function checkNamed(drafts: readonly Draft[], findings: Findings, suggest: Suggest): void {
  const known = { endpoint: namesOf(drafts, 'Endpoint'), agent: namesOf(drafts, 'AgentPolicy') };
  for (const draft of drafts) {
    for (const { to, name, position } of draft.references) {
      if (to !== 'endpoint' && to !== 'agent') continue;
      if (known[to].has(name)) continue;
      const near = suggest(to, name, () => known[to]);
      findings.report(draft, 'unknownDocument', position, {
        message: `there is no ${to} ${show(name)}`,
        remedy: near
          ? `did you mean \`${near}\`?`
          : `write the name of an \`${kindOf[to]}\` of this folder`,
      });
    }
  }
}

function checkRoutes(
  { draft, document }: Entry<AgentPolicy>,
  { gatewayGroups }: Entries,
  findings: Findings,
  suggest: Suggest,
): void {
  const routes = draft.references.filter(({ to }) => to === 'route');
  if (routes.length === 0) return;
  const carrying = gatewayGroups.filter((group) => carries(group.document, document));
  const lackingOf = new Map<string, readonly Entry<GatewayGroup>[]>();
  for (const { name, position } of routes) {
    if (carrying.length === 0) {
      findings.report(draft, 'unknownRoute', position, {
        message: `there is no route ${show(name)}, for no gateway group carries \`AgentPolicy/${document.metadata.name}\``,
        remedy: 'write a `kind: GatewayGroup` with this route, or remove `via`',
      });
      continue;
    }
    const lacking = lackingOf.get(name) ?? carrying.filter((group) => !hasRoute(group, name));
    lackingOf.set(name, lacking);
    const [group] = lacking;
    if (!group) continue;
    const { metadata, routes: known } = group.document;
    const near = suggest(`route of ${metadata.name}`, name, () => Object.keys(known));
    const more = lacking.length > 1 ? ` (nor have ${lacking.length - 1} more)` : '';
    findings.report(draft, 'unknownRoute', position, {
      message: `\`GatewayGroup/${metadata.name}\` carries the agent and has no route ${show(name)}${more}`,
      remedy: near
        ? `did you mean \`${near}\`?`
        : 'add the route to the group, or let `gateways` select other groups',
    });
  }
}

/** Routes with a fault are no longer in the document, but they are there. */
function hasRoute({ draft, document }: Entry<GatewayGroup>, name: string): boolean {
  return Object.hasOwn(document.routes, name) || draft.holds?.has(name) === true;
}

function namesOf(drafts: readonly Draft[], kind: Kind): ReadonlySet<string> {
  return new Set(drafts.flatMap((draft) => (draft.kind === kind ? (draft.name?.text ?? []) : [])));
}
