import { type Address, type PolicyTestCase, parseCidr } from '../../policy/index.ts';
import type { AgentRules, Flow, Registration, RuleSet } from '../../rules/index.ts';
import { freeAddresses } from './free-addresses.ts';

/** How cases become flows, and which workloads must be registered for that. */
export interface TestGround {
  flowOf(one: PolicyTestCase): Flow;
  readonly registrations: readonly Registration[];
}

type Families = readonly (4 | 6)[];

/**
 * What stands for the names and agents of PolicyTest cases. A name stands for an address that no block of the rules
 * holds; an agent for the first address of its own, or, if only labels say who it is, for one that is registered for it.
 */
export function testGround(ruleSet: RuleSet): TestGround {
  const agents = new Map(ruleSet.agents.map((agent) => [agent.name, agent]));
  const registered = ruleSet.agents.filter(({ sources }) => sources.length === 0);
  const free = {
    4: freeAddresses(ruleSet, 4, registered.length + 1),
    6: freeAddresses(ruleSet, 6, registered.length + 1),
  };
  const registrations = ([4, 6] as const).flatMap((family) =>
    registered.flatMap(({ name }, index) => {
      const address = free[family][index + 1];
      return address ? [{ address, agent: name }] : [];
    }),
  );
  const registeredAt = (name: string, family: 4 | 6) =>
    registrations.find(({ address, agent }) => agent === name && address.family === family);

  return { flowOf, registrations };

  function flowOf(one: PolicyTestCase): Flow {
    const { agent, to, protocol, port, onBehalfOf, at } = one;
    const isTls = protocol === 'tls' || protocol === 'https';
    const isPortless = protocol === 'icmp';
    const named = to.kind === 'name' ? { names: [to.name] } : {};
    return {
      agent,
      dst: addressOf(one),
      ...named,
      ...(to.kind === 'name' && (isTls || protocol === 'tcp') ? { sni: to.name } : {}),
      protocol: isTls ? 'tcp' : protocol,
      ...(isPortless ? {} : portOf(port ?? (isTls ? 443 : undefined))),
      ...(onBehalfOf ? { onBehalfOf } : {}),
      ...(at === undefined ? {} : { at }),
    };
  }

  function addressOf({ agent, to }: PolicyTestCase): Address {
    if (to.kind === 'address') return to.address;
    const sender = familiesOf(agents.get(agent));
    if (to.kind === 'name') return freeOf(sender);
    const target = agents.get(to.agent);
    const families = familiesOf(target);
    const family = families.find((one) => sender.includes(one)) ?? families[0] ?? 4;
    return (target && ownAddress(target, family)) ?? freeOf(sender);
  }

  function freeOf([family = 4]: Families): Address {
    return free[family][0] ?? { family, value: 1n };
  }

  function ownAddress({ name, sources }: AgentRules, family: 4 | 6): Address | undefined {
    const blocks = sources.map(parseCidr).filter((cidr) => typeof cidr !== 'string');
    const block = blocks.find((cidr) => cidr.family === family);
    return block ? { family, value: block.value } : registeredAt(name, family)?.address;
  }
}

/** IPv4 first; an agent that only labels describe may have either. */
function familiesOf(agent: AgentRules | undefined): Families {
  if (!agent || agent.sources.length === 0) return [4, 6];
  return ([4, 6] as const).filter((family) =>
    agent.sources.some((source) => source.includes(':') === (family === 6)),
  );
}

function portOf(port: number | undefined): { port?: number } {
  return port === undefined ? {} : { port };
}
