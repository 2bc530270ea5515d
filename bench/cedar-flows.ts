import type { StatefulAuthorizationCall } from '@cedar-policy/cedar-wasm/nodejs';
import { type Address, formatAddress, parseCidr } from '../src/policy/index.ts';
import type { AgentRules, Clause, Flow, RuleSet } from '../src/rules/index.ts';
import { parentsOf } from './cedar-policies.ts';

/** One question to both engines. */
export interface Asked {
  readonly agent: string;
  readonly flow: Flow;
  readonly call: Omit<StatefulAuthorizationCall, 'preparsedPolicySetId'>;
}

/** So many flows over all agents: three of four are made to fit some clause, the fourth is at a port of none. */
export function askedOf(ruleSet: RuleSet, count: number): Asked[] {
  return Array.from({ length: count }, (_, i) => {
    const agent = ruleSet.agents[(i * 7919) % ruleSet.agents.length];
    if (!agent) throw new Error('there are no agents');
    const clauses = [...agent.allow, ...agent.deny];
    const clause = clauses[(i * 31) % clauses.length];
    if (!clause) throw new Error(`${agent.name} has no clauses`);
    const fits = i % 4 !== 3;
    const port = fits ? (clause.ports[0]?.[0] ?? 8081) : 9;
    const protocol = clause.protocol === 'udp' ? ('udp' as const) : ('tcp' as const);
    const { address, name } = destinationOf(clause, i);
    const flow: Flow = {
      agent: agent.name,
      dst: address,
      protocol,
      port,
      onBehalfOf: [...(clause.onBehalfOf ?? []), `user:x${i % 50}`],
      ...(name === undefined ? {} : { names: [name], sni: name }),
    };
    return { agent: agent.name, flow, call: callOf(agent, flow, name) };
  });
}

function destinationOf({ to }: Clause, i: number): { address: Address; name?: string } {
  const elsewhere = { family: 4 as const, value: 0xcb00_7100n + BigInt(i % 250) };
  if (to.kind === 'host') {
    const label = to.host.match === 'exact' ? '' : 'www.';
    return { address: elsewhere, name: `${label}${to.host.suffix}` };
  }
  const cidr = to.kind === 'cidr' ? parseCidr(to.cidr) : undefined;
  if (typeof cidr !== 'object') return { address: elsewhere };
  // Some land in the exceptions.
  const size = 1n << BigInt((cidr.family === 4 ? 32 : 128) - cidr.length);
  return { address: { family: cidr.family, value: cidr.value + (BigInt(i * 257) % size) } };
}

function callOf(
  agent: AgentRules,
  { dst, ...flow }: Flow,
  name: string | undefined,
): Asked['call'] {
  const uid = { type: 'Agent', id: agent.name };
  return {
    principal: uid,
    action: { type: 'Action', id: 'connect' },
    resource: { type: 'Network', id: 'any' },
    context: {
      ip: { __extn: { fn: 'ip', arg: formatAddress(dst) } },
      port: flow.port ?? 0,
      protocol: String(flow.protocol),
      name: name ?? '',
      onBehalfOf: [...(flow.onBehalfOf ?? [])],
    },
    entities: [{ uid, attrs: {}, parents: parentsOf(agent) }],
  };
}
