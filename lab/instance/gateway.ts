import { fileURLToPath } from 'node:url';
import {
  agents,
  endOfLog,
  gatewayHost,
  type Instance,
  isAlive,
  namespaceOf,
  type ProcessIdentity,
  startDaemon,
} from '../net/index.ts';
import { JsonLog, type LogEvent } from './json-log.ts';
import { type BundleRules, logOf } from './state.ts';

/** `sallyport-gateway`, without arguments. */
export const gatewayProgram = [
  process.execPath,
  fileURLToPath(new URL('../../gateway/agent/main.ts', import.meta.url)),
] as const;
const patience = 20_000;

export interface StartedGateway {
  readonly process: ProcessIdentity;
  /** What it logged until it was ready, that included. */
  readonly events: readonly LogEvent[];
}

/**
 * Starts the gateway of an instance between its agents and everything else, and waits until it enforces.
 * @throws {Error} with what it said, when it ends or does not get ready in time.
 */
export async function startGateway(
  instance: Instance,
  rules: BundleRules | { readonly policies: string },
  signal?: AbortSignal,
): Promise<StartedGateway> {
  const log = await JsonLog.fromNow(instance);
  const interfaces = agents.flatMap((agent) => ['--interface', agent.gatewayInterface]);
  const options = ['run', '--name', instance.name, ...interfaces, ...ruleOptions(rules)];
  const process = await startDaemon(instance, {
    namespace: namespaceOf(instance, gatewayHost),
    commandLine: [...gatewayProgram, ...options],
    log: log.path,
  });
  return { process, events: await untilReady(log, process, signal) };
}

function ruleOptions(rules: BundleRules | { readonly policies: string }): string[] {
  if ('policies' in rules) return ['--policies', rules.policies];
  const { url, root, group, state, recording } = rules;
  const source = ['--url', url, '--root', root, '--group', group];
  return [...source, '--state', state, '--record', recording];
}

async function untilReady(log: JsonLog, process: ProcessIdentity, signal?: AbortSignal) {
  const events: LogEvent[] = [];
  const end = performance.now() + patience;
  for (;;) {
    const alive = await isAlive(process);
    const more = await log.more();
    events.push(...more);
    if (more.some((event) => event.event === 'ready')) return events;
    if (!alive) throw new Error(`the gateway ended:\n${await endOfLog(log.path)}`);
    signal?.throwIfAborted();
    if (performance.now() > end) {
      throw new Error(
        `the gateway was not ready after ${patience} ms:\n${await endOfLog(log.path)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Where the gateway of an instance logs, as JSON lines. */
export function gatewayLogPath(instance: Instance): string {
  return logOf(instance, 'gateway');
}
