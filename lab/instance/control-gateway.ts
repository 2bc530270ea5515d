import { type Instance, isAlive } from '../net/index.ts';
import { type StartedGateway, startGateway } from './gateway.ts';
import { kill } from './kill.ts';
import { type BundleRules, requireState, writeState } from './state.ts';

/** Kills the gateway's process with SIGKILL and waits until it is gone; gives its process id. */
export async function killGateway(instance: Instance): Promise<number> {
  const { gateway } = await requireState(instance);
  await kill('gateway process', gateway);
  return gateway?.pid as number;
}

/**
 * Starts the gateway in a lab that has none: it was built without, or its process has died and what it pinned is there.
 * Waits until it is ready.
 * @param bundles Take the rules from there from now on, not from the policy folder.
 */
export async function addGateway(
  instance: Instance,
  signal?: AbortSignal,
  bundles?: BundleRules,
): Promise<StartedGateway> {
  const state = await requireState(instance);
  if (state.gateway && (await isAlive(state.gateway))) {
    throw new Error(`the gateway is running, as process ${state.gateway.pid}`);
  }
  const rules = bundles ?? state.bundles ?? { policies: state.policies };
  const gateway = await startGateway(instance, rules, signal);
  await writeState(instance, { ...state, ...(bundles && { bundles }), gateway: gateway.process });
  return gateway;
}

/** Has the gateway look for new rules at once. */
export async function reloadGateway(instance: Instance): Promise<void> {
  const { gateway } = await requireState(instance);
  if (!gateway || !(await isAlive(gateway))) throw new Error('no gateway process is running');
  process.kill(gateway.pid, 'SIGHUP');
}
