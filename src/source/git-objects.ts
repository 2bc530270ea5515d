import { runGit } from './git-command.ts';
import { GitError } from './git-error.ts';

interface Wanted {
  readonly object: string;
  readonly size: number;
}

/** One git answers for no more than this: all of an answer is held at once. */
const BATCH_BYTES = 32 * 1024 * 1024;
const LONGEST_HEADER = 128;

/**
 * The contents of blobs, as they stand in the repository: no filter, no conversion of line ends.
 * @throws {GitError} if one of them is missing.
 */
export async function readObjects(
  cwd: string,
  wanted: readonly Wanted[],
): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  for (const batch of batches(wanted)) await readBatch(cwd, batch, contents);
  return contents;
}

function* batches(wanted: readonly Wanted[]): Generator<Wanted[]> {
  let batch: Wanted[] = [];
  let bytes = 0;
  for (const one of new Map(wanted.map((blob) => [blob.object, blob])).values()) {
    if (batch.length > 0 && bytes + one.size > BATCH_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(one);
    bytes += one.size + LONGEST_HEADER;
  }
  if (batch.length > 0) yield batch;
}

async function readBatch(
  cwd: string,
  batch: readonly Wanted[],
  contents: Map<string, Buffer>,
): Promise<void> {
  const input = batch.map(({ object }) => `${object}\n`).join('');
  const output = await runGit(cwd, ['cat-file', '--batch'], { input });
  let at = 0;
  for (const { object } of batch) {
    const end = output.indexOf(10, at);
    const header = /^[\da-f]+ blob (\d+)$/.exec(output.toString('latin1', at, Math.max(end, at)));
    if (!header) throw new GitError(`git cat-file: the object ${object} is not in this clone`);
    const size = Number(header[1]);
    contents.set(object, output.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
}
