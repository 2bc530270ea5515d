import type { AgentPolicy, Guardrail, PolicyClause } from '../policy-set.ts';
import type { Position } from '../problem.ts';
import { show } from '../schema/index.ts';
import { type Demands, union } from './demands.ts';
import type { Draft, Entry } from './draft.ts';
import type { Findings } from './findings.ts';

export interface Breach {
  /** Whose data it is about: at least one. */
  readonly agents: readonly [Entry<AgentPolicy>, ...Entry<AgentPolicy>[]];
  /** Who requires it. */
  readonly by: Entry<Guardrail>;
  /** Where the clause stands. */
  readonly policy: Entry<AgentPolicy | Guardrail>;
  readonly clause: PolicyClause;
  readonly missing: Demands;
}

type Told = Breach & { readonly moreAgents: boolean; readonly moreGuardrails: boolean };

/** Breaches of requirements (rule K11), put together: each clause is told once, however many guardrails it offends. */
export class RequirementBreaches {
  readonly #enforced = new Map<PolicyClause, Told>();
  readonly #noted = new Map<PolicyClause, Told>();

  add(breach: Breach): void {
    const { clause, by, agents, missing } = breach;
    const breaches = by.document.mode === 'enforce' ? this.#enforced : this.#noted;
    const before = breaches.get(clause);
    breaches.set(clause, {
      ...(before ?? breach),
      missing: before ? union([before.missing, missing]) : missing,
      moreAgents:
        agents.length > 1 || (before?.moreAgents ?? false) || isOther(before?.agents[0], agents[0]),
      moreGuardrails: (before?.moreGuardrails ?? false) || isOther(before?.by, by),
    });
  }

  report(findings: Findings): void {
    const places = new Map<Draft, ReadonlyMap<string, Position>>();
    for (const [name, breaches] of [
      ['requirement', this.#enforced],
      ['requirementNoted', this.#noted],
    ] as const) {
      for (const breach of breaches.values()) {
        const { draft } = breach.policy;
        const named = places.get(draft) ?? endpointPlaces(draft);
        places.set(draft, named);
        const position = named.get(breach.clause.id) ?? breach.clause.position;
        findings.report(draft, name, position, describe(breach));
      }
    }
  }
}

function isOther(before: unknown, now: unknown): boolean {
  return before !== undefined && before !== now;
}

/** Where the clauses of a document name their endpoints, by id. */
function endpointPlaces({ references }: Draft): ReadonlyMap<string, Position> {
  return new Map(
    references.filter(({ to }) => to === 'endpoint').map(({ by, position }) => [by, position]),
  );
}

function describe(breach: Told): { readonly message: string; readonly remedy: string } {
  const { by, policy, clause, missing } = breach;
  const [agent] = breach.agents;
  const { encrypted, accepted } = missing;
  const lacks = [
    ...(encrypted.length > 0 ? ['is not encrypted'] : []),
    ...(accepted.length > 0 ? [`does not accept ${listed(accepted)}`] : []),
  ].join(' and ');
  const own = policy === agent ? 'the agent' : `\`AgentPolicy/${agent.document.metadata.name}\``;
  const who = breach.moreAgents ? `${own} and others handle` : `${own} handles`;
  const { file, line } = by.document.position;
  const guardrail = `\`Guardrail/${by.document.metadata.name}\` (${file}:${line})`;
  const requires = breach.moreGuardrails
    ? `${guardrail} and others require`
    : `${guardrail} requires`;
  const tags = listed([...new Set([...encrypted, ...accepted])]);
  return {
    message: `the clause \`${clause.id}\` can leave the trusted blocks and ${lacks}; ${who} ${tags}, for which ${requires} it`,
    remedy: remedyOf(missing, clause),
  };
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
