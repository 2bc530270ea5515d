import { constants, type Decoded, structs } from '../layout/index.ts';
import type { LoweredAgent } from '../lower/index.ts';
import { fixedText } from './wire.ts';

export interface NumberedAgent extends Omit<LoweredAgent, 'rules' | 'ingress'> {
  readonly id: number;
  readonly rulesetId: number;
  readonly ingressId: number;
}

const { AGENT_PRESENT, AGENT_AUDIT, AGENT_REJECT, AGENT_DNS_REFUSED, AGENT_DNS_DROP } = constants;
const minute = 60_000_000_000n;

/** What the maps say of an agent; of none, where no agent has the number. */
export function agentRecord(agent: NumberedAgent | undefined): Decoded<typeof structs.agent> {
  if (!agent) return structs.agent.decode(Buffer.alloc(structs.agent.size));
  const { questionsPerMinute: questions, name } = agent;
  return {
    question_gap_guardrails: gap(questions.guardrails),
    question_gap_policy: gap(questions.policy),
    ruleset: agent.rulesetId,
    ingress: agent.ingressId,
    flags: flagsOf(agent),
    name_length: name.length,
    name: new Uint8Array(fixedText(name, 64)),
    version: new Uint8Array(fixedText(agent.version, 64)),
  };
}

function flagsOf({ audit, rejects, dnsOnDeny }: NumberedAgent): number {
  return (
    AGENT_PRESENT |
    (audit ? AGENT_AUDIT : 0) |
    (rejects ? AGENT_REJECT : 0) |
    (dnsOnDeny === 'refused' ? AGENT_DNS_REFUSED : 0) |
    (dnsOnDeny === 'drop' ? AGENT_DNS_DROP : 0)
  );
}

/** Nanoseconds between two, rounded up so that never more go out; 0 for any number. */
function gap(perMinute: number): bigint {
  if (!Number.isFinite(perMinute)) return 0n;
  const most = BigInt(perMinute);
  return (minute + most - 1n) / most;
}
