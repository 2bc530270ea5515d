import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Cgroup } from '../confine/index.ts';
import { FileLock, Pins } from '../kernel/index.ts';
import { lockPath, socketPath, takeGateway } from './control-socket.ts';

/** Ends every process of a sidecar and takes away all that it made. @throws KernelError `busy` while its process runs */
export async function removeSidecar(name: string): Promise<void> {
  await removeAll(name, await takeGateway(name));
}

/**
 * What sidecars have left whose processes were killed: their commands went on, governed by the last rules. Those of
 * the same name end here; of others, what nothing lives in any more is cleared away.
 */
export async function clearRemains(name: string): Promise<void> {
  for (const other of Cgroup.names()) {
    const lock = FileLock.take(lockPath(other));
    if (!lock) continue;
    if (other === name || !new Cgroup(other).isPopulated) await removeAll(other, lock);
    else lock.release();
  }
}

async function removeAll(name: string, lock: FileLock): Promise<void> {
  try {
    await new Cgroup(name).remove();
    new Pins(name).remove();
    await rm(dirname(socketPath(name)), { recursive: true, force: true });
    lock.remove();
  } catch (error) {
    lock.release();
    throw error;
  }
}
