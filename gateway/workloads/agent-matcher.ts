import {
  type Address,
  type Cidr,
  formatAddress,
  type Labels,
  parseCidr,
} from '../../src/policy/index.ts';
import { type AgentRules, OwnerIndex, type RuleSet } from '../../src/rules/index.ts';
import type { Registration } from './registration.ts';
import { RegistryError } from './registry-error.ts';

/** Says which agent a workload is, by the rules in force. */
export class AgentMatcher {
  readonly #owners = new OwnerIndex<AgentRules>();
  /** Agents that take workloads by labels, by one label of their selector. */
  readonly #selected: ReadonlyMap<string, readonly AgentRules[]>;

  constructor({ agents }: RuleSet) {
    for (const agent of agents) {
      for (const source of agent.sources) this.#owners.add(parseCidr(source) as Cidr, agent);
    }
    const open = agents.filter(({ selector }) => Object.keys(selector).length > 0);
    this.#selected = Map.groupBy(open, ({ selector }) => {
      const [[key, value] = []] = Object.entries(selector);
      return labelText(key, value);
    });
  }

  /**
   * The one agent whose `workloads.selector` the labels hold, or whose `cidrs` the addresses lie in.
   * @throws RegistryError `no-agent`, `two-agents`, `carried-elsewhere`, `address-of-another-agent`
   */
  match({ addresses, labels }: Pick<Registration, 'addresses' | 'labels'>): string {
    const byLabels = this.#byLabels(labels);
    const [first, second] = byLabels;
    if (first && second) throw twoAgents(first, second);
    const owners = addresses.map((address) => this.#owners.ownerOf(address));
    const agent = first ?? owners.find((owner) => owner !== undefined);
    if (!agent) throw noAgent(labels);
    owners.forEach((owner, i) => {
      if (owner !== agent) this.#checkForeign(agent, owner, addresses[i] as Address, !first);
    });
    if (agent.remote) throw carriedElsewhere(agent);
    return agent.name;
  }

  #checkForeign(
    agent: AgentRules,
    owner: AgentRules | undefined,
    address: Address,
    byAddress: boolean,
  ): void {
    if (owner) {
      throw new RegistryError(
        'address-of-another-agent',
        `${formatAddress(address)} lies in the \`workloads.cidrs\` of AgentPolicy/${owner.name}, and the workload is AgentPolicy/${agent.name}.`,
        'Give the workload another address, or other labels.',
      );
    }
    if (byAddress) {
      throw new RegistryError(
        'no-agent',
        `Other addresses lie in the \`workloads.cidrs\` of AgentPolicy/${agent.name}, ${formatAddress(address)} does not, and no labels say whose it is.`,
        'Register with the labels of the agent’s `workloads.selector`, or leave the address out.',
      );
    }
  }

  #byLabels(labels: Labels): AgentRules[] {
    return Object.entries(labels)
      .flatMap(([key, value]) => this.#selected.get(labelText(key, value)) ?? [])
      .filter(({ selector }) =>
        Object.entries(selector).every(([key, value]) => labels[key] === value),
      );
  }
}

function labelText(key: string | undefined, value: string | undefined): string {
  return JSON.stringify([key, value]);
}

function twoAgents(first: AgentRules, second: AgentRules): RegistryError {
  return new RegistryError(
    'two-agents',
    `The labels are those of AgentPolicy/${first.name} and of AgentPolicy/${second.name}: a workload is one agent.`,
    'Let the two selectors differ in the value of a label that both name.',
  );
}

function noAgent(labels: Labels): RegistryError {
  const stated = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return new RegistryError(
    'no-agent',
    `No agent's \`workloads.selector\` is held by the labels (${stated.join(', ') || 'none'}), and no agent's \`workloads.cidrs\` hold the addresses.`,
    'Register with all labels of the selector, or publish the agent’s policy first.',
  );
}

function carriedElsewhere({ name }: AgentRules): RegistryError {
  return new RegistryError(
    'carried-elsewhere',
    `AgentPolicy/${name} is not carried by this gateway's group (\`gateways\`).`,
    'Register the workload at a gateway of a group that carries it.',
  );
}
