import { compareBytes } from '../policy/index.ts';
import type { RuleSet } from '../rules/index.ts';
import type { RecordedFlow } from '../traffic/index.ts';
import { isBeyondRules } from './beyond-rules.ts';
import { AgentChanges, sumOf } from './collect-changes.ts';
import { type Judged, judgeRecord } from './judge-record.ts';
import { Sides } from './sides.ts';
import type { Simulation } from './simulation.ts';
import { TimeClasses } from './time-classes.ts';

/**
 * Replays recorded flows through the evaluator, by the rules before and after a change. Memory is bounded whatever the
 * recording: see {@link AgentChanges}.
 * @param options.signal ends it early, by throwing its reason.
 * @throws What the recording throws.
 */
export async function simulate(
  before: RuleSet,
  after: RuleSet,
  flows: AsyncIterable<RecordedFlow>,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Simulation> {
  const replay = new Replay(before, after);
  for await (const record of flows) {
    options.signal?.throwIfAborted();
    replay.add(record);
  }
  return replay.simulation;
}

const mostUnknown = 100;
const mostKnown = 50_000;

class Replay {
  readonly #sides: Sides;
  readonly #times: TimeClasses;
  readonly #agents = new Map<string | null, AgentChanges>();
  readonly #unknownAgents = new Map<string, number>();
  // Most flows are like one before. Emptied when full: a scan over many addresses must not fill the memory.
  readonly #judged = new Map<string, Judged>();
  #otherClause = 0;
  #recordedOtherwise = 0;
  #beyondRules = 0;
  #unknownAgentFlows = 0;
  #from: string | null = null;
  #to: string | null = null;

  constructor(before: RuleSet, after: RuleSet) {
    this.#sides = new Sides(before, after);
    this.#times = new TimeClasses([before, after]);
  }

  add(record: RecordedFlow): void {
    const { at, count } = record;
    if (this.#from === null || at < this.#from) this.#from = at;
    if (this.#to === null || at > this.#to) this.#to = at;
    const judged: Judged = isBeyondRules(record.reason)
      ? { kind: 'beyondRules' }
      : this.#judge(record);
    if (judged.kind === 'beyondRules') this.#beyondRules += count;
    else if (judged.kind === 'unknownAgent') this.#unknown(judged.agent, count);
    else this.#collect(judged, record);
  }

  get simulation(): Simulation {
    const agents = [...this.#agents.values()]
      .map(({ impact }) => impact)
      .toSorted((a, b) => compareBytes(a.agent ?? '', b.agent ?? ''));
    const counts = sumOf(agents.map((agent) => agent.counts));
    return {
      flows: Object.values(counts).reduce((sum, number) => sum + number, 0),
      counts,
      otherClause: this.#otherClause,
      recordedOtherwise: this.#recordedOtherwise,
      beyondRules: this.#beyondRules,
      unknownAgents: [...this.#unknownAgents]
        .map(([agent, flows]) => ({ agent, flows }))
        .toSorted((a, b) => compareBytes(a.agent, b.agent)),
      unknownAgentFlows: this.#unknownAgentFlows,
      from: this.#from,
      to: this.#to,
      agents,
    };
  }

  #judge(record: RecordedFlow): Judged {
    const { agent, src, dst, protocol, port, names, sni, onBehalfOf } = record;
    const time = this.#times.classOf(record.at);
    const principals = onBehalfOf && JSON.stringify(onBehalfOf);
    const key = `${src} ${dst} ${protocol} ${port} ${names?.join(' ') ?? '?'} ${sni} ${agent} ${time} ${principals}`;
    const found = this.#judged.get(key);
    if (found) return found;
    const judged = judgeRecord(this.#sides, record);
    if (this.#judged.size >= mostKnown) this.#judged.clear();
    this.#judged.set(key, judged);
    return judged;
  }

  #unknown(agent: string, count: number): void {
    this.#unknownAgentFlows += count;
    const flows = this.#unknownAgents.get(agent);
    if (flows === undefined && this.#unknownAgents.size >= mostUnknown) return;
    this.#unknownAgents.set(agent, (flows ?? 0) + count);
  }

  #collect(
    judged: Exclude<Judged, { kind: 'unknownAgent' | 'beyondRules' }>,
    record: RecordedFlow,
  ) {
    const { agent, kind, before, after, dependsOn } = judged;
    const changes = this.#agents.get(agent) ?? new AgentChanges(agent);
    this.#agents.set(agent, changes);
    if (before && before.decision !== record.decision) this.#recordedOtherwise += record.count;
    if (kind !== 'unchanged') return changes.add({ kind, before, after, dependsOn }, record);
    changes.unchanged(record.count);
    if (before?.clause !== after?.clause || before?.reason !== after?.reason) {
      this.#otherClause += record.count;
    }
  }
}
