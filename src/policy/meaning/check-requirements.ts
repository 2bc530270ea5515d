import { addressRanges } from '../address-ranges.ts';
import type { AgentPolicy, Guardrail, PolicyClause } from '../policy-set.ts';
import type { Position } from '../problem.ts';
import { show } from '../schema/index.ts';
import { isAbove } from './applies-to.ts';
import { canLeave } from './can-leave.ts';
import type { Draft, Entries, Entry } from './draft.ts';
import type { Findings } from './findings.ts';

/**
 * What guardrails require of the agents below them that handle certain data (rule K11): each allow clause, the agent's
 * or a guardrail's, that can leave the trusted blocks is encrypted, and its destination may receive the data. Judged
 * with endpoints filled in. What a guardrail in audit requires is a warning.
 */
export function checkRequirements({ agents, guardrails }: Entries, findings: Findings): void {
  if (!guardrails.some(({ document }) => document.require.length > 0)) return;
  const byName = new Map(agents.map(({ document }) => [document.metadata.name, document]));
  const report = reporter(findings);
  for (const agent of agents) {
    const above = guardrails.filter(({ document }) => isAbove(document, agent.document));
    const enforcing = above.filter(({ document }) => document.mode === 'enforce');
    for (const by of above) {
      const demands = demandsOf(by.document, agent.document);
      if (!demands) continue;
      const trusting = [...new Set([...enforcing, by])];
      const trusted = addressRanges(trusting.flatMap(({ document }) => document.trusted));
      for (const policy of [agent, ...enforcing]) {
        for (const clause of policy.document.allow) {
          const missing = missingFrom(clause, demands);
          if (!missing || !canLeave(clause, trusted, byName)) continue;
          report({ agent, by, policy, clause, missing });
        }
      }
    }
  }
}

/** Tags that an agent handles, by what a guardrail requires where they leave. */
interface Demands {
  readonly encrypted: readonly string[];
  readonly accepted: readonly string[];
}

function demandsOf({ require }: Guardrail, { data }: AgentPolicy): Demands | undefined {
  const handled = new Set(data);
  const tags = (what: 'encrypted' | 'accepted') => [
    ...new Set(
      require
        .filter((one) => one[what])
        .flatMap((one) => one.data)
        .filter((tag) => handled.has(tag)),
    ),
  ];
  const demands = { encrypted: tags('encrypted'), accepted: tags('accepted') };
  return demands.encrypted.length + demands.accepted.length > 0 ? demands : undefined;
}

/** What of it a clause lacks, by the tags that ask for it. */
function missingFrom({ protocol, accepts }: PolicyClause, demands: Demands): Demands | undefined {
  const isEncrypted = protocol === 'tls' || protocol === 'https';
  const encrypted = isEncrypted ? [] : demands.encrypted;
  const accepted = demands.accepted.filter((tag) => !accepts.includes(tag));
  return encrypted.length + accepted.length > 0 ? { encrypted, accepted } : undefined;
}

interface Breach {
  readonly agent: Entry<AgentPolicy>;
  readonly by: Entry<Guardrail>;
  /** Where the clause stands. */
  readonly policy: Entry<AgentPolicy | Guardrail>;
  readonly clause: PolicyClause;
  readonly missing: Demands;
}

function reporter(findings: Findings): (breach: Breach) => void {
  const places = new Map<Draft, ReadonlyMap<string, Position>>();
  const told = new Set<string>();
  return (breach) => {
    const { agent, by, policy, clause, missing } = breach;
    const named = places.get(policy.draft) ?? endpointPlaces(policy.draft);
    places.set(policy.draft, named);
    const position = named.get(clause.id) ?? clause.position;
    const guardrail = `\`Guardrail/${by.document.metadata.name}\``;
    // A guardrail's clause is told once, not for every agent that it serves.
    const key = JSON.stringify([position, guardrail, missing]);
    if (told.has(key)) return;
    told.add(key);
    const { file, line } = by.document.position;
    const lacks = [
      ...(missing.encrypted.length > 0 ? ['is not encrypted'] : []),
      ...(missing.accepted.length > 0 ? [`does not accept ${listed(missing.accepted)}`] : []),
    ].join(' and ');
    const tags = new Set([...missing.encrypted, ...missing.accepted]);
    const who = policy === agent ? 'the agent' : `\`AgentPolicy/${agent.document.metadata.name}\``;
    findings.report(
      policy.draft,
      by.document.mode === 'enforce' ? 'requirement' : 'requirementNoted',
      position,
      {
        message: `the clause \`${clause.id}\` can leave the trusted blocks and ${lacks}; ${who} handles ${listed([...tags])}, for which ${guardrail} (${file}:${line}) requires it`,
        remedy: remedyOf(missing, clause),
      },
    );
  };
}

/** Where the clauses of a document name their endpoints, by id. */
function endpointPlaces({ references }: Draft): ReadonlyMap<string, Position> {
  return new Map(
    references.filter(({ to }) => to === 'endpoint').map(({ by, position }) => [by, position]),
  );
}

function remedyOf({ encrypted, accepted }: Demands, { endpoint }: PolicyClause): string {
  const fields = [
    ...(encrypted.length > 0 ? ['`protocol: https` or `tls`'] : []),
    ...(accepted.length > 0 ? [`\`accepts: [${accepted.join(', ')}]\``] : []),
  ].join(' and ');
  const where = endpoint === undefined ? '' : ` in \`Endpoint/${endpoint}\``;
  return `write ${fields}${where} if that is so, or narrow the destination to trusted blocks`;
}

function listed(tags: readonly string[]): string {
  return tags.map(show).join(', ');
}
