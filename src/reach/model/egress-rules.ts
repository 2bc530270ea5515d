import { formatHostPattern, type HostPattern } from '../../policy/index.ts';
import { builtinName, type Clause } from '../../rules/index.ts';
import { portsOf, windowKey } from '../atoms/index.ts';
import type { Deciding } from '../reach-diff.ts';
import { hit, overlaps, unionOf } from '../sets/index.ts';
import { type Lowering, termsKey, type View } from './lowering.ts';
import { type Party, resolversOf } from './party.ts';
import { type Rule, rule, type SpendableBudget } from './rule.ts';

/** Who is asked about: a flow from `sender`, to an address of `receiver` or of no agent. */
export interface Pair {
  readonly sender: Party | undefined;
  readonly receiver: Party | undefined;
}

const allowed = (clause: string | null): Deciding => ({
  decision: 'allow',
  reason: 'allowed',
  clause,
});
const denied = (clause: string): Deciding => ({ decision: 'deny', reason: 'denied', clause });

/** What the sender’s rules and the receiver’s guardrails say, in the order in which they decide. */
export function egressRules(lowering: Lowering, { sender, receiver }: Pair): Rule[] {
  if (!sender || sender.agent.remote) return [unknownWorkload(lowering)];
  const view: View = { axis: 'peer', agent: receiver?.agent.name };
  const back: View = { axis: 'own', agent: sender.agent.name };
  return [
    ...guardrailDenies(lowering, sender, view),
    ...(receiver ? guardrailDenies(lowering, receiver, back) : []),
    ...resolverRules(lowering, sender),
    ...policyDenies(lowering, sender, view),
    ...quicRules(lowering, sender, view),
    ...allowClauses(sender).map((clause) => allowRule(lowering, sender, clause, view)),
    defaultRule(lowering, sender),
  ];
}

function unknownWorkload({ atoms }: Lowering): Rule {
  const deciding = { decision: 'deny', reason: 'unknown-workload', clause: null } as const;
  return rule({ key: 'unknown-workload', deciding, boxes: [atoms.everything], isDefault: true });
}

/** Denies of the guardrails above a party; a guardrail’s allow by CIDR lifts the built-in ones (rule D7). */
export function guardrailDenies(lowering: Lowering, party: Party, view: View): Rule[] {
  const lifting = party.enforcing.flatMap(({ allow }) =>
    allow.filter(({ to }) => to.kind === 'cidr'),
  );
  const lifts = lifting.map((clause) => termsKey(clause, view)).join();
  const unless = lifting.flatMap((clause) => lowering.boxes(clause, 'allow', view));
  return party.enforcing.flatMap(({ name, deny }) =>
    deny.map((clause) => {
      const isBuiltin = name === builtinName;
      return rule({
        key: `deny ${view.axis} ${termsKey(clause, view)}${isBuiltin ? ` unless ${lifts}` : ''}`,
        deciding: denied(clause.id),
        boxes: lowering.boxes(clause, 'deny', view),
        unless: isBuiltin ? unless : [],
      });
    }),
  );
}

/** Rule D10, UDP only: DNS over TCP to a resolver needs a clause of its own. */
function resolverRules({ atoms }: Lowering, sender: Party): Rule[] {
  const resolvers = resolversOf(sender);
  if (resolvers.length === 0) return [];
  const peer = unionOf(resolvers.map((address) => atoms.addresses.cidr(address)));
  const boxes = [{ ...atoms.everything, peer, traffic: portsOf('udp', [[53, 53]]) }];
  return [rule({ key: `resolvers ${resolvers.join()}`, deciding: allowed(null), boxes })];
}

function policyDenies(lowering: Lowering, { agent }: Party, view: View): Rule[] {
  return agent.deny.map((clause) =>
    rule({
      key: `${agent.mode} deny ${termsKey(clause, view)}`,
      deciding: remarkIn(agent.mode, denied(clause.id)),
      boxes: lowering.boxes(clause, 'deny', view),
    }),
  );
}

/** Allows in the order in which they are judged. */
export function allowClauses({ agent, enforcing }: Party): Clause[] {
  return [...enforcing, agent].flatMap(({ allow }) => allow);
}

/** Rule D9: one rule for all allows by TLS name of like conditions; none where a UDP allow holds the point. */
function quicRules(lowering: Lowering, sender: Party, view: View): Rule[] {
  const traffic = portsOf('udp', [[443, 443]]);
  const clauses = allowClauses(sender);
  const groups = Map.groupBy(clauses.filter(isTlsToHost), ({ during, expires, onBehalfOf }) =>
    JSON.stringify([during && windowKey(during), expires, onBehalfOf]),
  );
  if (groups.size === 0) return [];
  const unless = clauses
    .filter(({ protocol }) => protocol === 'udp')
    .flatMap((clause) => lowering.boxes(clause, 'allow', view))
    .filter((box) => overlaps(box.traffic, traffic));
  const { mode } = sender.agent;
  const deciding = remarkIn(mode, { decision: 'deny', reason: 'quic', clause: null });
  return [...groups].map(([conditions, group]) => {
    const hosts = group.map(({ to }) => to.host);
    const names = hit(unionOf(hosts.map((host) => lowering.atoms.names.pattern(host))));
    const base = lowering.conditions(group[0] as Clause, 'allow');
    const texts = [...new Set(hosts.map(formatHostPattern))].sort();
    const key = `${mode} quic ${conditions} ${texts.join()}`;
    return rule({ key, deciding, boxes: [{ ...base, traffic, names }], unless });
  });
}

export function isTlsToHost(
  clause: Clause,
): clause is Clause & { to: { kind: 'host'; host: HostPattern } } {
  return clause.protocol === 'tls' && clause.to.kind === 'host';
}

function allowRule(lowering: Lowering, { agent }: Party, clause: Clause, view: View): Rule {
  // A budget that is spent is remarked upon in audit, and changes no decision.
  const budget: SpendableBudget | undefined =
    clause.budget && agent.mode === 'enforce' ? { ...clause.budget, clause: clause.id } : undefined;
  const spend = budget ? ` ${budget.clause} ${budget.bytes} ${budget.per}` : '';
  return rule(
    {
      key: `allow ${termsKey(clause, view)}${spend}`,
      deciding: allowed(clause.id),
      boxes: lowering.boxes(clause, 'allow', view),
      isExemption: clause.protocol === 'udp',
    },
    budget,
  );
}

function defaultRule({ atoms }: Lowering, { agent }: Party): Rule {
  const deciding = remarkIn(agent.mode, { decision: 'deny', reason: 'no-clause', clause: null });
  return rule({
    key: `${agent.mode} default`,
    deciding,
    boxes: [atoms.everything],
    isDefault: true,
  });
}

/** An agent in audit is not dropped by its own denies or by default (rule D6). */
export function remarkIn(mode: 'enforce' | 'audit', deciding: Deciding): Deciding {
  return mode === 'audit' ? { ...deciding, decision: 'allow', reason: 'would-deny' } : deciding;
}
