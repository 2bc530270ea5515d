import { describe, expect, it } from 'vitest';
import { agents, type Host, hosts } from '../../lab/net/index.ts';
import { names } from '../../lab/services/index.ts';
import {
  cidrHolds,
  cidrsOverlap,
  formatCidr,
  networkOf,
  parseAddress,
  parseCidr,
} from '../../src/policy/index.ts';
import { loadPolicies } from '../../src/source/index.ts';

const policies = new URL('../../lab/policies', import.meta.url).pathname;
const families = ['ipv4', 'ipv6'] as const;

function subnetOf(host: Host, family: (typeof families)[number]) {
  const { host: text, length } = host[family];
  const address = parseAddress(text);
  if (!address) throw new Error(`${text} is no address`);
  const cidr = { ...address, length };
  return { address, cidr: { ...cidr, value: networkOf(cidr) } };
}

describe('the lab’s network', () => {
  it('gives every host addresses and a link of its own', () => {
    for (const field of [
      (host: Host) => host.name,
      (host: Host) => host.gatewayInterface,
      (host: Host) => host.ipv4.host,
      (host: Host) => host.ipv6.host,
    ]) {
      expect(new Set(hosts.map(field)).size).toBe(hosts.length);
    }
  });

  it('names interfaces as short as Linux wants them', () => {
    for (const { gatewayInterface } of hosts) {
      expect(gatewayInterface.length).toBeLessThanOrEqual(15);
    }
  });

  it('puts host and gateway into the same subnet', () => {
    for (const host of hosts) {
      for (const family of families) {
        const gateway = parseAddress(host[family].gateway);
        const { cidr } = subnetOf(host, family);
        expect(gateway && cidrHolds(cidr, gateway), formatCidr(cidr)).toBe(true);
      }
    }
  });

  it('gives each agent a subnet that no other host is in, so that its route names its interface', () => {
    for (const agent of agents) {
      for (const other of hosts.filter((host) => host.name !== agent.name)) {
        for (const family of families) {
          const [a, b] = [subnetOf(agent, family).cidr, subnetOf(other, family).cidr];
          expect(cidrsOverlap(a, b)).toBe(false);
        }
      }
    }
  });
});

describe('the lab’s policies', () => {
  it('have no problems', async () => {
    expect((await loadPolicies(policies)).problems).toEqual([]);
  });

  it('govern exactly the lab’s agents, by their addresses', async () => {
    const { policySet } = await loadPolicies(policies);
    const written = policySet.agents.map(({ metadata, workloads }) => [
      metadata.name,
      workloads.cidrs.map(formatCidr),
    ]);
    const built = agents.map(({ name, ipv4, ipv6 }) => [
      name,
      [`${ipv4.host}/32`, `${ipv6.host}/128`],
    ]);
    expect(written).toEqual(built);
  });

  it('trust the addresses behind every name that the resolver answers', async () => {
    const { policySet } = await loadPolicies(policies);
    const trusted = policySet.guardrails.flatMap((guardrail) => guardrail.trusted);
    for (const name of new Set(Object.values(names))) {
      const host = hosts.find((candidate) => candidate.name === name) as Host;
      for (const family of families) {
        const { address } = subnetOf(host, family);
        expect(
          trusted.some((cidr) => cidrHolds(cidr, address)),
          host.name,
        ).toBe(true);
      }
    }
  });

  it('never trust the outside', async () => {
    const { policySet } = await loadPolicies(policies);
    const outside = parseCidr('10.66.0.0/16');
    if (typeof outside === 'string') throw new Error('10.66.0.0/16 is no CIDR');
    for (const cidr of policySet.guardrails.flatMap((guardrail) => guardrail.trusted)) {
      expect(cidrsOverlap(cidr, outside)).toBe(false);
    }
  });
});
