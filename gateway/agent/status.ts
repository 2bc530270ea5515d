import { reasons } from '../../src/rules/index.ts';
import { Cgroup } from '../confine/index.ts';
import { Attachment, bootTime, type Maps, Pins } from '../kernel/index.ts';
import { constants } from '../layout/index.ts';
import { textOf } from '../tables/index.ts';
import { readAgents } from './agent-labels.ts';
import { type BudgetStatus, budgetRows, budgetStatuses } from './budget-status.ts';
import { askProcess, type ProcessReport } from './control-socket.ts';
import { driftText } from './drift.ts';
import { listInterfaces } from './interfaces.ts';
import { textTable } from './text-table.ts';

/** What is in force, read from the kernel; and what the process says, if one runs. */
export interface Status {
  readonly name: string;
  readonly process: ProcessReport | null;
  readonly generation: number;
  readonly ruleSetDigest: string;
  readonly appliedAt: string | null;
  readonly interfaces: readonly string[];
  /** Whether the kernel knows the time, and until when it knows the windows in use; null: none is. */
  readonly time: { readonly isKnown: boolean; readonly windowsUntil: string | null };
  readonly agents: readonly AgentStatus[];
  /** Clauses that have decided a flow. */
  readonly clauses: readonly ClauseStatus[];
  readonly budgets: readonly BudgetStatus[];
  /** Packets by reason; reasons that never occurred are left out. */
  readonly packets: Readonly<Record<string, number>>;
  /** What could not be kept or told. */
  readonly lost: {
    readonly events: number;
    readonly learned: number;
    readonly names: number;
    readonly questions: number;
    /** Answers to refused packets that would have been too many. */
    readonly replies: number;
  };
}

export interface ClauseStatus {
  readonly clause: string;
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
}

export interface AgentStatus {
  readonly name: string;
  readonly version: string;
  readonly mode: 'enforce' | 'audit';
  readonly flows: number;
  readonly learnedAddresses: number;
  /** Addresses that are registered now. */
  readonly workloads: number;
}

/** @throws KernelError `not-running`, `layout-version`, `no-privileges` */
export async function readStatus(name: string): Promise<Status> {
  const maps = new Pins(name).openMaps();
  const generation = maps.sp_state.get(0)?.generation ?? 0n;
  const meta = maps.sp_meta.get(0);
  const applied = Number(meta?.applied_unix_ms ?? 0n);
  return {
    name,
    process: (await askProcess(name)) ?? null,
    generation: Number(generation),
    ruleSetDigest: Buffer.from(meta?.rule_set_digest ?? []).toString('hex'),
    appliedAt: applied === 0 ? null : new Date(applied).toISOString(),
    interfaces: [...(await attachedInterfaces(name)), ...cgroupsOf(name)],
    time: {
      isKnown: maps.sp_state.get(0)?.clock_known === 1,
      windowsUntil: windowsUntil(maps),
    },
    agents: agentStatuses(maps, generation),
    clauses: clauseStatuses(maps),
    budgets: budgetStatuses(maps, generation),
    packets: packetCounts(maps),
    lost: lossCounts(maps),
  };
}

/** A sidecar stands nowhere else. */
function cgroupsOf(name: string): string[] {
  return Cgroup.names().includes(name) ? [`cgroup ${new Cgroup(name).path}`] : [];
}

async function attachedInterfaces(name: string): Promise<string[]> {
  const attachment = new Attachment(name);
  const all = await listInterfaces();
  return all.filter(({ ifindex }) => attachment.find(ifindex).length === 2).map((one) => one.name);
}

function agentStatuses(maps: Maps, generation: bigint): AgentStatus[] {
  const workloads = registeredAddresses(maps, generation);
  return [...readAgents(maps, generation).values()]
    .map(({ number, name, version, audit }) => {
      const use = maps.sp_agent_use.get(number);
      const mode = audit ? ('audit' as const) : ('enforce' as const);
      return {
        name,
        version,
        mode,
        flows: use?.flows ?? 0,
        learnedAddresses: use?.learned ?? 0,
        workloads: workloads.get(number) ?? 0,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** By agent, of those whose lease has not ended. */
function registeredAddresses({ sp_sources }: Maps, generation: bigint): Map<number, number> {
  const slot = Number(generation & 1n);
  const now = bootTime();
  const counts = new Map<number, number>();
  for (const [key, { lease, agent }] of sp_sources.entries()) {
    if (key.slot !== slot || key.ifindex !== constants.ANY_INTERFACE || lease <= now) continue;
    counts.set(agent, (counts.get(agent) ?? 0) + 1);
  }
  return counts;
}

function clauseStatuses(maps: Maps): ClauseStatus[] {
  return [...maps.sp_clauses.entries()]
    .map(([number, { text }]) => {
      const perCpu = maps.sp_clause_count.getPerCpu(number);
      const sum = (key: 'flows' | 'packets' | 'bytes') =>
        Number(perCpu.reduce((total, counter) => total + counter[key], 0n));
      const [flows, packets, bytes] = [sum('flows'), sum('packets'), sum('bytes')];
      return { clause: textOf(text), flows, packets, bytes };
    })
    .filter(({ packets }) => packets > 0)
    .sort((a, b) => (a.clause < b.clause ? -1 : 1));
}

/** The first instant from which some window's state is not known. */
function windowsUntil({ sp_windows }: Maps): string | null {
  const ends = [...sp_windows.entries()].flatMap(([, { half, halves }]) => {
    const until = halves[half]?.until ?? 0n;
    return until === 0n ? [] : [Number(until / 1_000_000n)];
  });
  return ends.length === 0 ? null : new Date(Math.min(...ends)).toISOString();
}

function packetCounts(maps: Maps): Record<string, number> {
  const counts = reasons.map(({ name }, code): [string, number] => [
    name,
    Number(maps.sp_reason_count.getPerCpu(code).reduce((sum, { packets }) => sum + packets, 0n)),
  ]);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function lossCounts(maps: Maps): Status['lost'] {
  const all = maps.sp_losses.getPerCpu(0);
  const sum = (key: 'events' | 'learned' | 'names' | 'questions' | 'replies') =>
    Number(all.reduce((total, losses) => total + losses[key], 0n));
  return {
    events: sum('events'),
    learned: sum('learned'),
    names: sum('names'),
    questions: sum('questions'),
    replies: sum('replies'),
  };
}

/** For a person. */
export function statusText(status: Status): string {
  const { process, lost } = status;
  const lines = [
    `gateway      ${status.name}`,
    `process      ${process ? `pid ${process.pid}, ${process.source}` : 'none: the rules in force stay in force'}`,
    `rules        ${status.generation === 0 ? 'none yet: everything is refused' : `generation ${status.generation}, applied ${status.appliedAt}`}`,
    `digest       ${status.ruleSetDigest}`,
    `interfaces   ${status.interfaces.join(', ') || 'none in this network namespace'}`,
    `time         ${timeText(status)}`,
    `read back    ${readBackText(status)}`,
    ...(process?.last && !process.last.ok ? [`last change  ${process.last.message}`] : []),
    '',
    textTable([
      ['AGENT', 'VERSION', 'MODE', 'FLOWS', 'LEARNED', 'WORKLOADS'],
      ...status.agents.map((agent) => [
        agent.name,
        agent.version,
        agent.mode,
        String(agent.flows),
        String(agent.learnedAddresses),
        String(agent.workloads),
      ]),
    ]),
    '',
    textTable([
      ['CLAUSE', 'FLOWS', 'PACKETS', 'BYTES'],
      ...status.clauses.map((c) => [c.clause, String(c.flows), String(c.packets), String(c.bytes)]),
    ]),
    ...(status.budgets.length === 0
      ? []
      : [
          '',
          textTable([
            ['BUDGET OF', 'PER', 'SPENT', 'LIMIT', 'UNTIL'],
            ...budgetRows(status.budgets),
          ]),
        ]),
    '',
    textTable([
      ['REASON', 'PACKETS'],
      ...Object.entries(status.packets).map(([r, n]) => [r, String(n)]),
    ]),
    '',
    `lost         ${lost.events} events, ${lost.learned} addresses, ${lost.names} names, ${lost.questions} questions, ${lost.replies} replies`,
  ];
  return `${lines.join('\n')}\n`;
}

function timeText({ time }: Status): string {
  if (!time.isKnown) return 'not told to the kernel: windows are closed to allows, open to denies';
  return time.windowsUntil === null
    ? 'known; no windows'
    : `known; windows until ${time.windowsUntil}`;
}

function readBackText({ process }: Status): string {
  const drift = process?.drift;
  if (!drift) return process ? 'not yet' : 'by the process, and none runs';
  return drift.count === 0
    ? `${drift.entries} entries at ${drift.at}, as they were written`
    : driftText(drift);
}
