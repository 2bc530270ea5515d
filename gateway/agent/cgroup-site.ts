import type { RuleSet } from '../../src/rules/index.ts';
import type { Cgroup } from '../confine/index.ts';
import { attachToCgroup, interfacePrograms, loadFile, objectPath } from '../kernel/index.ts';
import { constants } from '../layout/index.ts';
import type { Binding } from '../tables/index.ts';
import type { Gateway } from './gateway.ts';
import type { Site } from './site.ts';

/** One cgroup: whatever its processes send is one agent's. */
export class CgroupSite implements Site {
  readonly names: readonly string[];
  readonly forwards = false;
  readonly afterwards = 'the command has ended';
  /** One agent's: the table is allocated at once. */
  readonly flows = constants.FLOWS_PER_AGENT;
  readonly leavesOut = [...interfacePrograms, 'sp_judge'] as const;
  readonly #cgroup: Cgroup;
  readonly #binding: Binding;
  readonly #agent: string;

  /** @param principals whom the agent acts for; absent: not known */
  constructor(cgroup: Cgroup, agent: string, principals?: readonly string[]) {
    this.names = [`cgroup ${cgroup.path}`];
    this.#cgroup = cgroup;
    this.#agent = agent;
    this.#binding = {
      ifindex: constants.CGROUP_INTERFACE,
      holds: [],
      owner: { agent, principals },
    };
  }

  attach({ maps }: Gateway): void {
    const programs = loadFile(objectPath('sidecar'), { shared: maps });
    try {
      attachToCgroup(this.#cgroup.folder, programs.programFd);
    } finally {
      programs.close();
    }
  }

  /** Whoever could take them off could as well leave the cgroup. */
  missing(): readonly string[] {
    return [];
  }

  /** A cgroup stays where it is. */
  async follow(): Promise<void> {}

  bindings(): readonly Binding[] {
    return [this.#binding];
  }

  nameOf(ifindex: number): string | undefined {
    return ifindex === constants.CGROUP_INTERFACE ? this.names[0] : undefined;
  }

  /** It needs somebody whose cgroup this is, and no route: what a sidecar sees has its way already. */
  check({ agents, guardrails }: RuleSet): void {
    const agent = agents.find(({ name }) => name === this.#agent);
    if (agent && agent.remote !== true) {
      const above = guardrails.filter(({ name }) => agent.guardrails.includes(name));
      refuseRoutes([agent, ...above].flatMap(({ allow }) => allow));
      return;
    }
    const others = agents.filter(({ remote }) => remote !== true).map(({ name }) => name);
    const known = others.length > 0 ? `those that are: ${others.join(', ')}` : 'none is';
    throw new Error(
      agent
        ? `agent ${this.#agent} is carried by other gateway groups than this one (see --group)`
        : `agent ${this.#agent} is not in the policies (${known})`,
    );
  }
}

function refuseRoutes(allow: RuleSet['agents'][number]['allow']): void {
  const routed = allow.filter(({ via }) => via !== undefined).map(({ id }) => id);
  if (routed.length === 0) return;
  throw new Error(
    `a sidecar cannot send packets another way: \`via\` of ${routed.join(', ')} needs a gateway`,
  );
}
