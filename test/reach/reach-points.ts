import { type Address, cidrHolds, formatAddress, parseCidr } from '../../src/policy/index.ts';
import type { ReachPoint } from '../../src/reach/index.ts';
import { type Flow, type Registration, type RuleSet, unwrapNat64 } from '../../src/rules/index.ts';

/** A flow as the diff sees it: whose change it would be, and where it lies; undefined: not among those compared. */
export interface Placed {
  readonly agent: string;
  readonly direction: 'egress' | 'ingress';
  readonly point: ReachPoint;
  readonly flow: Flow;
}

/** How much was counted against every budget of a clause. */
export type Counted = Readonly<Record<'hour' | 'day' | 'week' | 'month', number>>;

export function placed(
  sides: { readonly before: RuleSet; readonly after: RuleSet },
  registrations: readonly Registration[],
  flow: Flow,
  countedOf: (clause: string) => Counted,
): Placed | undefined {
  const { at, protocol } = flow;
  if (at === undefined || typeof protocol === 'number') return undefined;
  const { before, after } = sides;
  const peerOf = (address: Address) => ({
    before: ownerOf(before, registrations, address),
    after: ownerOf(after, registrations, address),
  });
  const wrapped = [flow.src, flow.dst].some((a) => a && formatAddress(a).startsWith('::ffff:'));
  if (wrapped) return undefined;
  const dst = peerOf(unwrapNat64(flow.dst));
  const src = flow.src && peerOf(flow.src);
  const ends = [unwrapNat64(flow.dst), ...(flow.src ? [flow.src] : [])];
  if (ends.some((address) => isRegisteredAmiss(sides, registrations, address))) return undefined;
  const own = flow.agent ?? src?.before ?? src?.after ?? undefined;
  const common = {
    ...{ protocol, at },
    ...(flow.port === undefined ? {} : { port: flow.port }),
    ...(flow.names ? { names: flow.names } : {}),
    ...(flow.sni === undefined ? {} : { sni: flow.sni }),
    ...(flow.onBehalfOf ? { onBehalfOf: flow.onBehalfOf } : {}),
    spent: { before: spentOn(before, countedOf), after: spentOn(after, countedOf) },
  };
  if (own === undefined || own === null) {
    if (!src || !flow.src) return undefined;
    const agent = dst.before ?? dst.after;
    if (agent === null || !belongs(sides, dst, agent)) return undefined;
    return { agent, direction: 'ingress', point: { ...common, peer: flow.src }, flow };
  }
  if (src && !belongs(sides, src, own)) return undefined;
  const address = flow.src ?? firstOf(sides, own, flow.dst.family);
  if (address === 'differs') return undefined;
  const point = { ...common, peer: flow.dst, peerAgent: dst };
  return {
    agent: own,
    direction: 'egress',
    point: address ? { ...point, own: address } : point,
    flow: { ...flow, agent: own },
  };
}

/** A registration inside the blocks of another agent is a mistake that regions do not speak of. */
function isRegisteredAmiss(
  { before, after }: { readonly before: RuleSet; readonly after: RuleSet },
  registrations: readonly Registration[],
  address: Address,
): boolean {
  const here = registrations.filter((one) => formatAddress(one.address) === formatAddress(address));
  return here.some(({ agent }) =>
    [...before.agents, ...after.agents].some(
      ({ name, sources }) => name !== agent && sources.some((text) => contains(text, address)),
    ),
  );
}

type Owner = { readonly before: string | null; readonly after: string | null };

/** The address is the agent’s on every side that has the agent, and nobody’s on the other. */
function belongs(
  { before, after }: { readonly before: RuleSet; readonly after: RuleSet },
  owner: Owner,
  agent: string,
): boolean {
  const has = (ruleSet: RuleSet) => ruleSet.agents.some(({ name }) => name === agent);
  return (
    owner.before === (has(before) ? agent : null) && owner.after === (has(after) ? agent : null)
  );
}

function ownerOf(
  { agents }: RuleSet,
  registrations: readonly Registration[],
  address: Address,
): string | null {
  const byCidr = agents.find(({ sources }) => sources.some((text) => contains(text, address)));
  if (byCidr) return byCidr.name;
  const registered = registrations.findLast(
    (one) =>
      formatAddress(one.address) === formatAddress(address) &&
      agents.some(({ name, selector }) => name === one.agent && Object.keys(selector).length > 0),
  );
  return registered?.agent ?? null;
}

function contains(text: string, address: Address): boolean {
  const cidr = parseCidr(text);
  return typeof cidr !== 'string' && cidrHolds(cidr, address);
}

/** The address that stands for an agent that is known by its name alone. */
function firstOf(
  { before, after }: { readonly before: RuleSet; readonly after: RuleSet },
  agent: string,
  family: 4 | 6,
): Address | undefined | 'differs' {
  const firsts = [before, after]
    .map((ruleSet) => ruleSet.agents.find(({ name }) => name === agent))
    .filter((rules) => rules !== undefined)
    .map(({ sources }) => sources.find((text) => text.includes(':') === (family === 6)) ?? 'none')
    .map((text) => (text === 'none' ? text : (text.split('/')[0] ?? '')));
  if (new Set(firsts).size > 1) return 'differs';
  const cidr = parseCidr(`${firsts[0]}/${family === 4 ? 32 : 128}`);
  return typeof cidr === 'string' ? undefined : { family, value: cidr.value };
}

function spentOn({ agents }: RuleSet, countedOf: (clause: string) => Counted): string[] {
  return agents.flatMap(({ allow }) =>
    allow.flatMap(({ id, budget }) =>
      budget && countedOf(id)[budget.per] >= budget.bytes ? [id] : [],
    ),
  );
}
