import type { RecordedFlow } from '../traffic/index.ts';
import {
  type AgentImpact,
  type Change,
  type ChangeKind,
  type Counts,
  changeKinds,
} from './simulation.ts';

type Pieces = Pick<Change, 'kind' | 'before' | 'after' | 'dependsOn'>;
type OpenChange = Omit<Change, 'flows' | 'examples'> & { flows: number; examples: RecordedFlow[] };
type OpenCounts = Record<ChangeKind | 'unchanged', number>;

const mostListed = 500;
const mostExamples = 3;

/** What happens to the flows of one agent, in bounded memory: so many destinations by name, the rest by number. */
export class AgentChanges {
  readonly #agent: string | null;
  readonly #counts = noCounts();
  readonly #changes = new Map<string, OpenChange>();
  #unlisted = 0;

  constructor(agent: string | null) {
    this.#agent = agent;
  }

  unchanged(flows: number): void {
    this.#counts.unchanged += flows;
  }

  add(change: Pieces, record: RecordedFlow): void {
    this.#counts[change.kind] += record.count;
    const open = this.#open(change, record);
    if (!open) {
      this.#unlisted += record.count;
      return;
    }
    open.flows += record.count;
    if (open.examples.length < mostExamples) open.examples.push(record);
  }

  get impact(): AgentImpact {
    return {
      agent: this.#agent,
      counts: { ...this.#counts },
      changes: [...this.#changes.values()].toSorted(byWeight),
      unlisted: this.#unlisted,
    };
  }

  #open({ kind, before, after, dependsOn }: Pieces, record: RecordedFlow): OpenChange | undefined {
    const { protocol, port = null } = record;
    const host = record.names?.[0] ?? record.dst;
    const key = JSON.stringify([kind, host, protocol, port, before, after, dependsOn]);
    const found = this.#changes.get(key);
    if (found) return found;
    if (this.#changes.size >= mostListed) return undefined;
    const destination = { host, protocol, port };
    const outcome = { kind, destination, before, after, dependsOn };
    const open: OpenChange = { ...outcome, flows: 0, examples: [] };
    this.#changes.set(key, open);
    return open;
  }
}

function noCounts(): OpenCounts {
  return {
    newlyAllowed: 0,
    newlyDenied: 0,
    newlyWouldDeny: 0,
    noLongerWouldDeny: 0,
    undetermined: 0,
    unchanged: 0,
  };
}

export function sumOf(all: readonly Counts[]): Counts {
  const sum = noCounts();
  for (const counts of all) {
    for (const kind of [...changeKinds, 'unchanged'] as const) sum[kind] += counts[kind];
  }
  return sum;
}

function byWeight(a: OpenChange, b: OpenChange): number {
  const order = changeKinds.indexOf(a.kind) - changeKinds.indexOf(b.kind);
  if (order !== 0) return order;
  if (a.flows !== b.flows) return b.flows - a.flows;
  return a.destination.host < b.destination.host ? -1 : 1;
}
