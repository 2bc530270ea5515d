import type { Clause, IngressClause } from '../../rules/index.ts';
import { cidrOf, positionsOf } from '../atoms/index.ts';
import { changedItems, mayRegister, type Party, resolversOf } from '../model/index.ts';

type Range = ReturnType<typeof positionsOf>;

/** What a change can concern at all: addresses and agents on the other side. */
export interface Extent {
  readonly everywhere: boolean;
  readonly ranges: readonly Range[];
  readonly agents: ReadonlySet<string>;
}

const everywhere: Extent = { everywhere: true, ranges: [], agents: new Set() };

/** Where what a party sends may be decided otherwise. */
export function sendingExtent(before: Party | undefined, after: Party | undefined): Extent {
  if (!before || !after) return everywhere;
  const fields = ({ agent }: Party) => [agent.mode, agent.remote];
  const isSame = fields(before).join() === fields(after).join();
  if (!isSame || resolversOf(before).join() !== resolversOf(after).join()) return everywhere;
  return extentOf(sent(before), sent(after));
}

/** From where what reaches a party may be decided otherwise. */
export function receivingExtent(before: Party | undefined, after: Party | undefined): Extent {
  if (!before || !after || before.agent.mode !== after.agent.mode) return everywhere;
  return extentOf(received(before), received(after));
}

/** Whether the change may concern flows to or from a party. */
export function concerns(extent: Extent, party: Party): boolean {
  if (extent.everywhere || extent.agents.has(party.agent.name)) return true;
  if (extent.ranges.length === 0) return false;
  if (mayRegister(party)) return true;
  return party.agent.sources.some((text) => {
    const [start, end] = positionsOf(cidrOf(text));
    return extent.ranges.some((range) => range[0] < end && start < range[1]);
  });
}

type Item = readonly [role: string, clause: Clause | IngressClause];

function sent({ agent, enforcing }: Party): Item[] {
  return [
    ...enforcing.flatMap(({ name, deny }) => items(`deny of ${name}`, deny)),
    ...items('deny', agent.deny),
    ...enforcing.flatMap(({ allow }) => items('guardrail allow', allow)),
    ...items('allow', agent.allow),
  ];
}

function received({ agent, enforcing }: Party): Item[] {
  return [
    ...enforcing.flatMap(({ name, deny }) => items(`deny of ${name}`, deny)),
    ...enforcing.flatMap(({ allow }) => items('guardrail allow', allow)),
    ...items('ingress', agent.ingress),
  ];
}

function items(role: string, clauses: readonly (Clause | IngressClause)[]): Item[] {
  return clauses.map((clause) => [role, clause]);
}

const keys = new WeakMap<object, string>();

function keyOf([role, clause]: Item): string {
  const known = keys.get(clause);
  const key = known ?? JSON.stringify(clause);
  if (known === undefined) keys.set(clause, key);
  return `${role} ${key}`;
}

/** What the clauses speak of that are not the same in the same order. */
function extentOf(before: readonly Item[], after: readonly Item[]): Extent {
  const changed = changedItems(before, after, keyOf);
  const peers = [...changed.before, ...changed.after].map(([, clause]) =>
    'to' in clause ? clause.to : clause.from,
  );
  return {
    everywhere: peers.some(({ kind }) => kind === 'any' || kind === 'host'),
    ranges: peers.flatMap((peer) => (peer.kind === 'cidr' ? [positionsOf(cidrOf(peer.cidr))] : [])),
    agents: new Set(peers.flatMap((peer) => (peer.kind === 'agent' ? [peer.agent] : []))),
  };
}
