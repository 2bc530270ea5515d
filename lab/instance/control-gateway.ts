import { type Instance, isAlive, waitFor } from '../net/index.ts';
import { type StartedGateway, startGateway } from './gateway.ts';
import { requireState, writeState } from './state.ts';

/** Kills the gateway's process with SIGKILL and waits until it is gone; gives its process id. */
export async function killGateway(instance: Instance): Promise<number> {
  const { gateway } = await requireState(instance);
  if (!gateway || !(await isAlive(gateway))) throw new Error('no gateway process is running');
  process.kill(gateway.pid, 'SIGKILL');
  const gone = async () => !(await isAlive(gateway));
  await waitFor('end of the gateway process', gone, { deadline: 2000 });
  return gateway.pid;
}

/**
 * Starts the gateway in a lab that has none: it was built without, or its process has died and what it pinned is there.
 * Waits until it is ready.
 */
export async function addGateway(
  instance: Instance,
  signal?: AbortSignal,
): Promise<StartedGateway> {
  const state = await requireState(instance);
  if (state.gateway && (await isAlive(state.gateway))) {
    throw new Error(`the gateway is running, as process ${state.gateway.pid}`);
  }
  const gateway = await startGateway(instance, state.policies, signal);
  await writeState(instance, { ...state, gateway: gateway.process });
  return gateway;
}
