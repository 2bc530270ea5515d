import type { AgentPolicy, Guardrail, PolicyClause, Requirement } from '../policy-set.ts';
import { show } from '../schema/index.ts';
import { isAbove } from './applies-to.ts';
import { canLeave } from './can-leave.ts';
import type { Entries, Entry } from './draft.ts';
import type { Findings } from './findings.ts';

type Policy = Entry<AgentPolicy | Guardrail>;

/**
 * What guardrails require of the agents below them that handle certain data (rule K11): each allow clause, the agent's
 * or a guardrail's, that can leave the trusted blocks is encrypted, and its destination may receive the data. Judged
 * with endpoints filled in. What a guardrail in audit requires is a warning.
 */
export function checkRequirements({ agents, guardrails }: Entries, findings: Findings): void {
  if (!guardrails.some(({ document }) => document.require.length > 0)) return;
  const addresses = new Map(agents.map(({ document }) => [document.metadata.name, document]));
  const told = new Set<string>();
  for (const agent of agents) {
    const above = guardrails.filter(({ document }) => isAbove(document, agent.document));
    const enforcing = above.filter(({ document }) => document.mode === 'enforce');
    for (const by of above) {
      const trusted = [...new Set([...enforcing, by])].flatMap(({ document }) => document.trusted);
      for (const requirement of by.document.require) {
        const tags = requirement.data.filter((tag) => agent.document.data.includes(tag));
        if (tags.length === 0) continue;
        for (const policy of [agent, ...enforcing]) {
          for (const clause of policy.document.allow) {
            const missing = missingFrom(clause, requirement, tags);
            if (!missing || !canLeave(clause, trusted, addresses)) continue;
            report({ agent, by, policy, clause, missing, tags }, told, findings);
          }
        }
      }
    }
  }
}

interface Breach {
  readonly agent: Entry<AgentPolicy>;
  readonly by: Entry<Guardrail>;
  /** Where the clause stands. */
  readonly policy: Policy;
  readonly clause: PolicyClause;
  readonly missing: Missing;
  readonly tags: readonly string[];
}

interface Missing {
  readonly encryption: boolean;
  /** Tags that the destination is not said to accept. */
  readonly accepts: readonly string[];
}

function missingFrom(
  { protocol, accepts }: PolicyClause,
  requirement: Requirement,
  tags: readonly string[],
): Missing | undefined {
  const encryption = requirement.encrypted && protocol !== 'tls' && protocol !== 'https';
  const refused = requirement.accepted ? tags.filter((tag) => !accepts.includes(tag)) : [];
  return encryption || refused.length > 0 ? { encryption, accepts: refused } : undefined;
}

function report(breach: Breach, told: Set<string>, findings: Findings): void {
  const { agent, by, policy, clause, missing, tags } = breach;
  const guardrail = `\`Guardrail/${by.document.metadata.name}\``;
  const position =
    policy.draft.references.find(({ to, by: id }) => to === 'endpoint' && id === clause.id)
      ?.position ?? clause.position;
  const data = tags.map(show).join(', ');
  const whose =
    policy === agent
      ? 'the agent handles'
      : `\`AgentPolicy/${agent.document.metadata.name}\` handles`;
  const lacks = [
    ...(missing.encryption ? ['is not encrypted'] : []),
    ...(missing.accepts.length > 0
      ? [`does not accept ${missing.accepts.map(show).join(', ')}`]
      : []),
  ].join(' and ');
  // A guardrail's clause is told once, not for every agent that it serves.
  const key = `${position.file}:${position.line}:${position.column} ${guardrail} ${lacks}`;
  if (told.has(key)) return;
  told.add(key);
  const { file, line } = by.document.position;
  findings.report(
    policy.draft,
    by.document.mode === 'enforce' ? 'requirement' : 'requirementNoted',
    position,
    {
      message: `the clause \`${clause.id}\` can leave the trusted blocks and ${lacks}; ${whose} ${data}, for which ${guardrail} (${file}:${line}) requires it`,
      remedy: remedyOf(missing, clause),
    },
  );
}

function remedyOf({ encryption, accepts }: Missing, { endpoint }: PolicyClause): string {
  const fields = [
    ...(encryption ? ['`protocol: https` or `tls`'] : []),
    ...(accepts.length > 0 ? [`\`accepts: [${accepts.join(', ')}]\``] : []),
  ].join(' and ');
  const where = endpoint === undefined ? '' : ` in \`Endpoint/${endpoint}\``;
  return `write ${fields}${where} if that is so, or narrow the destination to trusted blocks`;
}
