import { changeOnline, type Place } from './change-online.ts';
import { signedBin } from './delegation.ts';
import { defaultLifetimes, type Lifetimes } from './lifetimes.ts';
import { prune } from './prune.ts';
import type { Committed } from './tree.ts';

export interface RenewOptions extends Place {
  readonly lifetimes?: Partial<Lifetimes>;
}

export interface Renewal {
  /** Roles that were signed anew; none if all were fresh enough. */
  readonly renewed: readonly string[];
  readonly timestampVersion: number;
  /** When the offline roles expire (RFC 3339): nobody but their keepers can renew them. */
  readonly expires: { readonly root: string; readonly targets: string };
}

/**
 * Signs with the online keys, for another lifetime, whatever has less than half of its lifetime left. A publisher calls
 * it now and then, at least several times in the lifetime of the timestamp; it costs little when nothing is due.
 * @throws {Error} as {@link publishBundle} does
 */
export async function renewRepository(options: RenewOptions): Promise<Renewal> {
  const lifetimes = { ...defaultLifetimes, ...options.lifetimes };
  return changeOnline(options, async ({ tree, before, draft, keys, readBin }) => {
    const due: string[] = [];
    for (const role of binsOf(before)) {
      const { signed } = await readBin(role);
      if (isFresh(signed, lifetimes.bundles)) continue;
      const version = draft.nextVersion(role);
      draft.addTargets(role, signedBin(version, signed.targets, keys.bundles, lifetimes));
      due.push(role);
    }
    if (!isFresh(before.snapshot.signed, lifetimes.snapshot)) due.push('snapshot');
    if (!isFresh(before.timestamp.signed, lifetimes.timestamp)) due.push('timestamp');
    const { root, targets, timestamp } = before;
    const expires = { root: root.signed.expires, targets: targets.signed.expires };
    if (due.length === 0) {
      return { renewed: [], timestampVersion: timestamp.signed.version, expires };
    }
    const { timestampVersion, write } = draft.commit(keys, lifetimes);
    await write();
    await prune(tree);
    return { renewed: [...new Set([...due, 'snapshot', 'timestamp'])], timestampVersion, expires };
  });
}

/** Names of the bins that a snapshot lists. */
export function binsOf({ snapshot }: Committed): string[] {
  const roles = Object.keys(snapshot.signed.meta).map((name) => name.replace(/\.json$/, ''));
  return roles.filter((role) => role !== 'targets');
}

function isFresh({ expires }: { readonly expires: string }, lifetime: number): boolean {
  return Date.parse(expires) - Date.now() > lifetime / 2;
}
