import { changeOffline } from './change-offline.ts';
import { defaultLifetimes } from './lifetimes.ts';
import type { Renewal, RenewOptions } from './renew-repository.ts';
import { signWith } from './signing.ts';
import { nextRoot, nextTargets } from './successor.ts';

/**
 * Signs root and targets for another lifetime, with the same keys; the yearly ceremony.
 * @throws {Error} if root, targets, snapshot or timestamp keys are not at hand
 */
export async function renewOffline(options: RenewOptions): Promise<Renewal> {
  const lifetimes = { ...defaultLifetimes, ...options.lifetimes };
  return changeOffline(options, async ({ before, draft, enough }) => {
    const root = signWith(nextRoot(before, lifetimes), enough('root'));
    const targets = nextTargets(before, draft.nextVersion('targets'), lifetimes);
    draft.addRoot(root);
    draft.addTargets('targets', signWith(targets, enough('targets')));
    const keys = { snapshot: enough('snapshot'), timestamp: enough('timestamp') };
    const { timestampVersion, write } = draft.commit(keys, lifetimes);
    await write();
    return {
      renewed: ['root', 'targets', 'snapshot', 'timestamp'],
      timestampVersion,
      expires: { root: root.signed.expires, targets: targets.signed.expires },
    };
  });
}
