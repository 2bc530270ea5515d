import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { Attachment, Pins } from '../kernel/index.ts';
import { socketPath, takeGateway } from './control-socket.ts';
import { listInterfaces } from './interfaces.ts';
import { madeMarks, removeWays } from './ways-out.ts';
import { registryFolder } from './workload-service.ts';

export interface Detached {
  readonly interfaces: readonly string[];
  readonly pins: boolean;
}

/**
 * Ends enforcement: takes our filters off every interface of this network namespace and removes the pins. Other
 * filters stay as they are.
 * @throws KernelError `busy` while the gateway's process runs
 */
export async function detach(name: string): Promise<Detached> {
  const lock = await takeGateway(name);
  try {
    const interfaces = await removeFilters(name);
    const pins = await removePinned(new Pins(name));
    await rm(dirname(socketPath(name)), { recursive: true, force: true });
    await rm(registryFolder(name), { recursive: true, force: true });
    lock.remove();
    return { interfaces, pins };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** What only the maps know of, ways out, goes first. Those of another version tell nothing that is understood here. */
async function removePinned(pins: Pins): Promise<boolean> {
  if (pins.isReadable) await removeWays(madeMarks(pins.openMaps()));
  return pins.remove();
}

async function removeFilters(name: string): Promise<string[]> {
  const attachment = new Attachment(name);
  const interfaces: string[] = [];
  for (const { name: link, ifindex } of await listInterfaces()) {
    if (attachment.find(ifindex).length === 0) continue;
    attachment.detach(ifindex);
    await removeEmptyQdisc(link);
    interfaces.push(link);
  }
  return interfaces;
}

/** clsact without a filter does nothing; with one it is somebody's. */
async function removeEmptyQdisc(link: string): Promise<void> {
  const filters = await Promise.all(
    ['ingress', 'egress'].map((side) => execa('tc', ['filter', 'show', 'dev', link, side])),
  );
  if (filters.some(({ stdout }) => stdout.trim() !== '')) return;
  await execa('tc', ['qdisc', 'del', 'dev', link, 'clsact'], { reject: false });
}
