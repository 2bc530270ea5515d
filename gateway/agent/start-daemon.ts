import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SegmentWriter } from '../../src/traffic/index.ts';
import { Daemon } from './daemon.ts';
import { type Drift, driftText } from './drift.ts';
import type { InForce } from './enforcement.ts';
import { GatewayKey } from './gateway-key.ts';
import type { Log } from './log.ts';
import type { PolicySource } from './policy-source.ts';
import type { RuleOptions } from './rule-options.ts';
import type { Site } from './site.ts';
import { StatusReporter } from './status-reporter.ts';
import type { WorkloadOptions } from './workload-service.ts';

interface DaemonOptions extends RuleOptions {
  readonly name: string;
  /** Where workloads can register; absent: none can. */
  readonly workloads?: WorkloadOptions;
}

/** Something that {@link startDaemon} made and that ends with the daemon. */
interface Companion {
  stop(): Promise<void>;
}

export interface RunningDaemon {
  /** Whether there are rules; else everything is refused. */
  readonly isEnforcing: boolean;
  reload(): void;
  stop(): Promise<void>;
}

/** Where a gateway's own files are kept, unless it is told otherwise. */
export function stateFolder({ name, state }: Pick<DaemonOptions, 'name' | 'state'>): string {
  return state ?? join('/var/lib/sallyport', name);
}

/** Builds a gateway from its options. @throws Error for options that do not go together, KernelError */
export async function startDaemon(
  options: DaemonOptions,
  site: Site,
  log: Log,
): Promise<RunningDaemon> {
  const { name, record, workloads } = options;
  const companions: Companion[] = [];
  const { source, reporter } = await rulesFrom(options, log);
  if (reporter) companions.push(reporter);
  const writer = record === undefined ? undefined : await openRecording(record, log);
  if (writer) companions.push({ stop: () => writer.close() });
  const daemon = await Daemon.start({
    name,
    source,
    site,
    log,
    ...(workloads ? { workloads } : {}),
    checkpoint: join(stateFolder(options), 'budgets.json'),
    ...(writer ? { record: (flow) => writer.append(flow) } : {}),
    ...(reporter
      ? {
          onVerified: (inForce, readBack) =>
            reporter.update({ applied: appliedOf(inForce, readBack), drift: null }),
          onDrift: (drift) => reporter.update({ drift: driftText(drift) }),
          onRejected: (error) => reporter.update({ error }),
          onSettled: () => reporter.update({ error: null }),
        }
      : {}),
  });
  return {
    get isEnforcing() {
      return daemon.isEnforcing;
    },
    reload: () => daemon.reload(),
    stop: async () => {
      await daemon.stop();
      for (const companion of companions) await companion.stop();
    },
  };
}

function openRecording(folder: string, log: Log): Promise<SegmentWriter> {
  return SegmentWriter.open({ folder, onNotice: (notice) => log('warn', notice) });
}

interface Rules {
  readonly source: PolicySource;
  readonly reporter?: StatusReporter;
}

async function rulesFrom(options: DaemonOptions, log: Log): Promise<Rules> {
  const { name, policies, url, root, group, poll } = options;
  // Only what a gateway needs of this is in its memory: readers of policies here, verifiers of bundles below.
  if (policies !== undefined) {
    const { FolderSource } = await import('./folder-source.ts');
    return { source: new FolderSource(policies, group) };
  }
  if (url === undefined) throw new Error('Where do the rules come from? Give --policies or --url.');
  if (root === undefined || group === undefined) {
    throw new Error('--url needs --root (the trusted root.json, from enrolment) and --group.');
  }
  const state = stateFolder(options);
  const key = await GatewayKey.load(state);
  const base = url.endsWith('/') ? url : `${url}/`;
  const { BundleSource } = await import('./bundle-source.ts');
  const source = new BundleSource({
    root: await readFile(root),
    group,
    url: base,
    state: join(state, 'bundles'),
    pollMs: poll * 1000,
  });
  return { source, reporter: new StatusReporter({ gateway: name, group, url: base, key, log }) };
}

function appliedOf({ digest, generation, origin, ms }: InForce, { at, entries }: Drift) {
  const { sequence: seq = null, commit = null } = origin;
  return { seq, commit, digest, generation: Number(generation), ms, readBack: { at, entries } };
}
