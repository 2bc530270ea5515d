import { mkdir } from 'node:fs/promises';
import {
  allSettled,
  buildNetwork,
  enableForwarding,
  gatewayHost,
  type Instance,
  namespaceOf,
  removeInstance,
} from '../net/index.ts';
import { labServices, prepareServices } from '../services/index.ts';
import { startGateway } from './gateway.ts';
import { locked } from './lock.ts';
import { copyPolicies } from './policy-folder.ts';
import { requireLabMachine } from './requirements.ts';
import { startService } from './service-process.ts';
import { type LabState, type ServiceState, writeState } from './state.ts';

export interface UpOptions {
  /** Absolute path of the policy folder that the gateway watches. */
  readonly policies: string;
  /** Watch a copy of the policies instead, which goes when the lab goes. */
  readonly copyPolicies?: boolean;
  /** Forward everything, without a gateway: to see what would happen ungoverned. */
  readonly withoutGateway?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called at the end of each stage, with its name and how many milliseconds it took. */
  readonly onStage?: (stage: string, ms: number) => void;
}

/**
 * Builds a lab, after removing whatever is left of one of that instance; returns when everything in it is ready.
 * Leaves nothing when it fails or is interrupted.
 */
export async function up(instance: Instance, options: UpOptions): Promise<LabState> {
  await requireLabMachine();
  return locked(instance, async () => {
    await removeInstance(instance);
    try {
      return await build(instance, options);
    } catch (error) {
      await removeInstance(instance);
      throw error;
    }
  });
}

async function build(instance: Instance, options: UpOptions): Promise<LabState> {
  const { signal, onStage = () => undefined } = options;
  const stage = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const start = performance.now();
    const result = await work();
    signal?.throwIfAborted();
    onStage(name, performance.now() - start);
    return result;
  };

  await mkdir(instance.runDirectory, { recursive: true, mode: 0o700 });
  await stage('namespaces, links and keys', () =>
    allSettled([buildNetwork(instance, signal), prepareServices(instance.runDirectory, signal)]),
  );
  let { policies } = options;
  if (options.copyPolicies) {
    policies = `${instance.runDirectory}/policies`;
    await copyPolicies(options.policies, policies);
  }
  const services = await stage('services', () => startServices(instance, signal));
  const base = { instance: instance.name, since: new Date().toISOString(), policies, services };
  const gateway = options.withoutGateway
    ? undefined
    : await stage('gateway', () => startGateway(instance, { policies }, signal));
  // Last of all: until the gateway judges, nothing passes.
  await enableForwarding(namespaceOf(instance, gatewayHost), signal);
  const state: LabState = { ...base, ...(gateway && { gateway: gateway.process }) };
  await writeState(instance, state);
  return state;
}

async function startServices(instance: Instance, signal?: AbortSignal): Promise<ServiceState[]> {
  const services = labServices(instance.runDirectory);
  return allSettled(services.map((service) => startService(instance, service, signal)));
}
