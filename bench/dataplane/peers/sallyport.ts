import {
  Attachment,
  EventStream,
  loadObject,
  type ProgramObject,
  runOnPacket,
} from '../../../gateway/kernel/index.ts';
import { lower } from '../../../gateway/lower/index.ts';
import { RuleTables } from '../../../gateway/tables/index.ts';
import { parsePolicies } from '../../../src/policy/index.ts';
import { compile, type GuardrailRules, type RuleSet } from '../../../src/rules/index.ts';
import { dotted } from '../dotted.ts';
import type { Router } from '../scene.ts';
import { inNetworkOf } from '../system-calls.ts';
import { AGENTS, agentBlock } from '../workload.ts';
import type { Peer, PeerKind, Rules } from './peer.ts';

const name = 'Sallyport';
/** As many as a clause counter of the gateway has room for, twice over: old and new rules stand side by side. */
const CLAUSES = 4 * 131_072;

/** The gateway's own programs on the inside link, and its reader of events. */
export const sallyport: PeerKind = { name, stateful: true, needs: [], start };

async function start({ namespace, inside }: Router): Promise<Peer> {
  const object = loadObject({ sizes: { sp_clause_count: CLAUSES }, leaveOut: ['sp_judge'] });
  const events = new EventStream(object.maps.sp_events.fd, () => {});
  try {
    const frame = Buffer.alloc(64);
    while (runOnPacket(object.programs.sp_start, { frame }).action !== 0);
    inNetworkOf(namespace, () => new Attachment('bench').attach(inside.ifindex, object.programs));
    const tables = new RuleTables(object, { clauses: CLAUSES });
    const apply = async (rules: Rules) => {
      await tables.apply(lower(ruleSetOf(rules)), [{ ifindex: inside.ifindex, holds: 'all' }]);
    };
    return {
      name,
      stateful: true,
      setRules: apply,
      changeOne: apply,
      knownFlows: async () => inUse(object),
      forgetFlows: async () => forgetFlows(object),
      rest: async () => {
        while (events.drain() > 0);
        checkNothingLost(object);
      },
      close: async () => {
        await events.stop();
        object.close();
      },
    };
  } catch (error) {
    await events.stop();
    object.close();
    throw error;
  }
}

function inUse({ maps }: ProgramObject): number {
  return Array.from({ length: AGENTS }, (_, i) => maps.sp_agent_use.get(i + 1)?.flows ?? 0).reduce(
    (sum, flows) => sum + flows,
    0,
  );
}

function forgetFlows({ maps }: ProgramObject): void {
  for (const key of [...maps.sp_flows.keys()]) maps.sp_flows.delete(key);
  for (let id = 1; id <= AGENTS; id++) {
    maps.sp_agent_use.set(id, { flows: 0, learned: 0, names: 0, hello_parts: 0 });
  }
}

/** An event that finds no room costs less than one that is written: such a figure would be too good. */
function checkNothingLost({ maps }: ProgramObject): void {
  const lost = maps.sp_losses.getPerCpu(0).reduce((sum, { events }) => sum + events, 0n);
  if (lost > 0n) throw new Error(`${lost} events were lost: the figures would be too good`);
}

/** A guardrail's clauses, one for each block: all agents may reach all of them, as with the other peers. */
function ruleSetOf({ blocks }: Rules): RuleSet {
  const base = compile(parsePolicies([{ path: 'bench.yaml', text: frameText }]).policySet);
  const [guardrail] = base.guardrails;
  if (!guardrail) throw new Error('there is no guardrail');
  const allow: GuardrailRules['allow'] = blocks.map((block) => {
    const text = dotted(Number(block.value));
    return {
      id: `Guardrail/bench#net-${text.replaceAll('.', '-')}`,
      to: { kind: 'cidr', cidr: `${text}/${block.length}`, except: [] },
      protocol: 'tcp',
      ports: [[443, 443]],
    };
  });
  return { ...base, guardrails: [{ ...guardrail, allow }] };
}

const agentText = (agent: number) => `
---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: bench-${agent}, version: 1.0.0}
spec: {workloads: {cidrs: [${agentBlock(agent)}]}}`;

const frameText = `apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: bench, version: 1.0.0}
spec: {}${Array.from({ length: AGENTS }, (_, agent) => agentText(agent)).join('')}
`;
