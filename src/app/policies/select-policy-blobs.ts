import { posix } from 'node:path';
import { limits, makeProblem, type Problem, tooLarge } from '../../policy/index.ts';
import type { Tree } from '../forge/index.ts';

export interface PolicyBlob {
  /** Relative to the policy folder. */
  readonly path: string;
  readonly sha: string;
}

export interface SelectedBlobs {
  readonly blobs: readonly PolicyBlob[];
  readonly problems: readonly Problem[];
}

/** More than any policy folder has; a pull request may add what it likes. */
const MOST_FILES = 2000;
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * The policy files among the entries of a folder's tree (rule F1). What a work tree would follow, symbolic links and
 * submodules, is an error here: nothing may be enforced that was not read.
 */
export function selectPolicyBlobs({ entries, truncated }: Tree): SelectedBlobs {
  if (truncated) return { blobs: [], problems: [beyondListing()] };
  const problems: Problem[] = [];
  const blobs: PolicyBlob[] = [];
  let bytes = 0;
  for (const { path, type, mode, sha, size = 0 } of entries) {
    if (type === 'commit') problems.push(unread(path, 'a submodule', 'copy its policies here'));
    if (type !== 'blob' || !/\.ya?ml$/.test(path)) continue;
    if (mode === '120000') problems.push(unread(path, 'a symbolic link', 'copy the file here'));
    else if (size > limits.fileBytes) problems.push(tooLarge(path, size));
    else {
      bytes += size;
      blobs.push({ path, sha });
    }
  }
  if (blobs.length > MOST_FILES || bytes > MOST_BYTES) {
    return { blobs: [], problems: [tooMuch(blobs.length, bytes), ...problems] };
  }
  return { blobs, problems };
}

function unread(file: string, what: string, remedy: string): Problem {
  return makeProblem(
    'unreadable',
    { file, line: 1, column: 1 },
    `${what} (${posix.basename(file)}) is not followed in a Git tree`,
    `${remedy}, or move it out of the policy folder`,
  );
}

function beyondListing(): Problem {
  return makeProblem(
    'unreadable',
    { file: '.', line: 1, column: 1 },
    'the folder has more files than GitHub lists',
    'keep only policies in the policy folder',
  );
}

function tooMuch(files: number, bytes: number): Problem {
  return makeProblem(
    'unreadable',
    { file: '.', line: 1, column: 1 },
    `the folder has ${files} policy files of ${bytes} bytes; the limits are ${MOST_FILES} files and ${MOST_BYTES} bytes`,
    'spread the agents over several repositories',
  );
}
