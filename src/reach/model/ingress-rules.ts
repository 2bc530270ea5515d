import type { Deciding } from '../reach-diff.ts';
import { guardrailDenies, remarkIn } from './egress-rules.ts';
import { type Lowering, termsKey, type View } from './lowering.ts';
import type { Party } from './party.ts';
import { type Rule, rule } from './rule.ts';

const noIngress: Deciding = { decision: 'deny', reason: 'no-ingress', clause: null };

/** What lets a flow in that the sender’s rules let out (rule D8); no rule: nothing. No receiver lets in everything. */
export function admissionRules(
  lowering: Lowering,
  receiver: Party | undefined,
  sender: string,
): Rule[] {
  const everything = [lowering.atoms.everything];
  const deciding: Deciding = { decision: 'allow', reason: 'allowed', clause: null };
  if (!receiver) return [rule({ key: 'no receiver', deciding, boxes: everything })];
  const rules = ingressClauses(lowering, receiver, { axis: 'own', agent: sender });
  if (receiver.agent.mode === 'enforce') return rules;
  const remark = remarkIn('audit', noIngress);
  return [
    ...rules,
    rule({ key: 'audit no-ingress', deciding: remark, boxes: everything, isDefault: true }),
  ];
}

/**
 * All that decides on flows from no workload of the gateway (rule D8).
 * @param from The agent of another gateway that they come from; undefined: no agent.
 */
export function elsewhereRules(
  lowering: Lowering,
  receiver: Party | undefined,
  from: string | undefined,
): Rule[] {
  const { everything } = lowering.atoms;
  if (!receiver || receiver.agent.remote) {
    const deciding = { decision: 'deny', reason: 'unknown-workload', clause: null } as const;
    return [rule({ key: 'unknown-workload', deciding, boxes: [everything], isDefault: true })];
  }
  const { mode } = receiver.agent;
  const view: View = { axis: 'peer', agent: from };
  return [
    // A host pattern never matches inbound: nobody has learned a name for the sender.
    ...guardrailDenies(lowering, withoutHosts(receiver), view),
    ...ingressClauses(lowering, receiver, view),
    rule({
      key: `${mode} no-ingress`,
      deciding: remarkIn(mode, noIngress),
      boxes: [everything],
      isDefault: true,
    }),
  ];
}

function ingressClauses(lowering: Lowering, { agent }: Party, view: View): Rule[] {
  return agent.ingress.map((clause) =>
    rule({
      key: `ingress ${termsKey(clause, view)}`,
      deciding: { decision: 'allow', reason: 'allowed', clause: clause.id },
      boxes: lowering.boxes(clause, 'ingress', view),
    }),
  );
}

function withoutHosts({ agent, enforcing }: Party): Party {
  return {
    agent,
    enforcing: enforcing.map((guardrail) => ({
      ...guardrail,
      deny: guardrail.deny.filter(({ to }) => to.kind !== 'host'),
    })),
  };
}
