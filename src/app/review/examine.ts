import { readPolicyFiles } from '../policies/index.ts';
import type { Change, ReviewContext } from './context.ts';
import type { Finding } from './finding.ts';
import { judgeInThread } from './judge-in-thread.ts';

/** Reads the policies on both sides of a change as data, and says what it comes to. */
export async function examine(
  { reader, cache, log }: ReviewContext,
  change: Change,
  signal: AbortSignal,
): Promise<Finding> {
  const { path, name } = change.repository;
  const after = await readPolicyFiles(reader, cache, { commit: change.head, path });
  if (!after) return { kind: 'no-folder', path };
  const before = await readPolicyFiles(reader, cache, { commit: change.mergeBase, path });
  signal.throwIfAborted();
  const { finding, unread, unfinished } = await judgeInThread({ change, before, after }, signal);
  if (unread) log.warn({ event: 'recording', repository: name, unread }, 'nothing is replayed');
  if (unfinished) {
    log.warn({ event: 'reach', repository: name, unfinished }, 'reach is not compared');
  }
  return finding;
}
