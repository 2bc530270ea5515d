import { type Instance, type Leftovers, removeInstance } from '../net/index.ts';
import { locked } from './lock.ts';

/**
 * Removes a lab, or whatever is left of it, and gives what that was.
 * @throws {Error} naming what could not be removed.
 */
export async function down(instance: Instance): Promise<Leftovers> {
  if (process.getuid?.() !== 0) throw new Error('removing a lab needs root');
  return locked(instance, () => removeInstance(instance));
}
