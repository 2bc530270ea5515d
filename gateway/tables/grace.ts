import { closeSync } from 'node:fs';
import { createMap, type Maps } from '../kernel/index.ts';

/** Waits until every packet that is being judged now has been: updating a map of maps does so. @throws KernelError */
export async function waitForPackets({ sp_grace }: Pick<Maps, 'sp_grace'>): Promise<void> {
  const inner = createMap('array', 'sp_grace_inner', 4, 4, 1);
  try {
    await sp_grace.replaceInner(0, inner);
  } finally {
    closeSync(inner);
  }
}
