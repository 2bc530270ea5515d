import { type Address, isMapped } from '../../policy/index.ts';
import { type RuleSet, unwrapNat64 } from '../../rules/index.ts';
import { type Atoms, periodFrom, positionOf } from '../atoms/index.ts';
import { canEnter, type Holding, Owners } from '../compare/index.ts';
import { type Party, partiesOf } from '../model/index.ts';
import type { Grant, Reach, Reacher, ReachOptions, ReachTarget } from '../reach.ts';
import { covers, hit, noHits, subtract } from '../sets/index.ts';
import { egressGrants, type Inquiry, ingressGrants, type Target } from './grants.ts';

/**
 * What an agent can touch in the 366 days from `from`, and what can reach it from no workload: clause by clause, without
 * what denies leave out. Nothing, if there is no such agent or another gateway carries it.
 */
export function reachOf(ruleSet: RuleSet, agent: string, { from }: ReachOptions): Reach {
  const inquiry = inquiryInto(ruleSet, from);
  const { parties, owners, period } = inquiry;
  const party = parties.get(agent);
  if (!party || party.agent.remote) return { agent, ...period, grants: [] };
  const others = [...parties.keys()].filter((name) =>
    canEnter({ before: parties, after: parties }, agent, name),
  );
  const holdings = [owners.nobody, ...others.map((name) => owners.kept(name))];
  const grants = holdings.flatMap((holding) => egressGrants(inquiry, party, holding));
  return { agent, ...period, grants: joined([...grants, ...ingressGrants(inquiry, party)]) };
}

/**
 * Who can touch an address, or a host whose name is learned (for an address of no agent) and stands in the SNI, in the
 * 366 days from `from`. For a host, clauses by CIDR do not count: they hold whatever its name. By agent’s name; the regions state only what the question leaves open.
 * @param target A name in lower-case A-labels without trailing dot.
 */
export function whoReaches(
  ruleSet: RuleSet,
  target: ReachTarget,
  { from }: ReachOptions,
): readonly Reacher[] {
  const inquiry = inquiryInto(ruleSet, from);
  const asked = 'name' in target ? byName(target.name) : byAddress(unwrapNat64(target.address));
  const holding = 'name' in target ? inquiry.owners.nobody : holdingOf(inquiry, target.address);
  if (!holding) return [];
  return [...inquiry.parties.values()]
    .filter(({ agent }) => !agent.remote)
    .map((party: Party) => ({
      agent: party.agent.name,
      grants: joined(egressGrants(inquiry, party, holding, asked)),
    }))
    .filter(({ grants }) => grants.length > 0);
}

function inquiryInto(ruleSet: RuleSet, from: number): Inquiry {
  const parties = partiesOf(ruleSet);
  return { parties, owners: new Owners(parties, parties), period: periodFrom(from) };
}

/** Undefined for an IPv4-mapped address: no packet to it is sound (rule D11). */
function holdingOf({ owners }: Inquiry, address: Address): Holding | undefined {
  if (address.family === 6 && isMapped(address.value)) return undefined;
  const owner = owners.ownerOf(unwrapNat64(address));
  return owner === null ? owners.nobody : owners.kept(owner);
}

function byAddress(address: Address): Target {
  const start = positionOf(address);
  const range = [start, start + 1n] as const;
  const peer = (atoms: Atoms) => atoms.addresses.range(range);
  return {
    ranges: [range],
    clip: (atoms) => ({ ...atoms.everything, peer: peer(atoms) }),
    concerns: () => true,
    beside: (box) => box,
  };
}

/** The name alone is learned for the address. */
function byName(name: string): Target {
  const pattern = { match: 'exact', suffix: name } as const;
  return {
    names: [pattern],
    clip(atoms) {
      const only = atoms.names.pattern(pattern);
      const others = subtract(atoms.names.everything, only);
      return { ...atoms.everything, names: { ...hit(only), avoid: others }, sni: only };
    },
    concerns: ({ names, peer }, { everything }) =>
      names.need.length > 0 || covers(peer, everything.peer),
    beside: (box, { everything }) => ({ ...box, names: noHits, sni: everything.sni }),
  };
}

/** Grants of one clause to addresses of several owners are one. */
function joined(grants: readonly Grant[]): Grant[] {
  const groups = new Map<string, Grant>();
  for (const grant of grants) {
    const { regions, ...like } = grant;
    const key = JSON.stringify(like);
    const known = groups.get(key);
    groups.set(key, known ? { ...known, regions: [...known.regions, ...regions] } : grant);
  }
  return [...groups.values()];
}
