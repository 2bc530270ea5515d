import {
  endOfLog,
  type Instance,
  isAlive,
  isListening,
  namespaceOf,
  type ProcessIdentity,
  startDaemon,
  waitFor,
} from '../net/index.ts';
import type { Service } from '../services/index.ts';
import { logOf, requireState, type ServiceState, writeState } from './state.ts';

const servicePatience = 15_000;

/** Starts a service and waits until it takes connections. @throws {Error} with the end of its log. */
export async function startService(
  instance: Instance,
  service: Service,
  signal?: AbortSignal,
): Promise<ServiceState> {
  const { name, host, description, commandLine } = service;
  const namespace = namespaceOf(instance, host);
  const process = await startDaemon(instance, {
    namespace,
    commandLine,
    log: logOf(instance, name),
  });
  await untilListening(instance, service, process, signal);
  return { name, host, description, ...process };
}

/** @throws {Error} when the process has ended, or takes no connections in time. */
async function untilListening(
  instance: Instance,
  { name, host, ports }: Pick<Service, 'name' | 'host' | 'ports'>,
  process: ProcessIdentity,
  signal?: AbortSignal,
): Promise<void> {
  const listening = async () => {
    if (!(await isAlive(process))) {
      throw new Error(`${name} ended:\n${await endOfLog(logOf(instance, name))}`);
    }
    const namespace = namespaceOf(instance, host);
    const open = await Promise.all(ports.map((port) => isListening(namespace, process.pid, port)));
    return open.every(Boolean);
  };
  await waitFor(`${name} ready`, listening, { deadline: servicePatience, every: 15, signal });
}

/** Puts a service that was started beside the lab's own on record, in place of an earlier one of its name. */
export async function recordService(instance: Instance, service: ServiceState): Promise<void> {
  const state = await requireState(instance);
  const others = state.services.filter(({ name }) => name !== service.name);
  await writeState(instance, { ...state, services: [...others, service] });
}
