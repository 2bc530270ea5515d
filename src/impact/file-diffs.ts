import { structuredPatch } from 'diff';
import { compareBytes, decodeFile, type PolicyFile } from '../policy/index.ts';

/** How one policy file differs. */
export interface FileDiff {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Lines as `diff -u` prints them, without the heading of the file; `null` where there are too many to tell. */
  readonly lines: readonly string[] | null;
}

/** More edits than anybody reads, and as many as a comparison may cost. */
const mostEdits = 1000;

/** The files that differ, by path. */
export function fileDiffs(before: readonly PolicyFile[], after: readonly PolicyFile[]): FileDiff[] {
  const old = textsOf(before);
  const now = textsOf(after);
  return [...new Set([...old.keys(), ...now.keys()])].toSorted(compareBytes).flatMap((path) => {
    const was = old.get(path);
    const is = now.get(path);
    if (was === is) return [];
    const change = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    return [{ path, change, lines: diffLines(was ?? '', is ?? '') }];
  });
}

function diffLines(was: string, is: string): string[] | null {
  const options = { context: 3, maxEditLength: mostEdits, stripTrailingCr: true };
  const patch = structuredPatch('', '', was, is, undefined, undefined, options);
  if (!patch) return null;
  return patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...lines,
  ]);
}

function textsOf(files: readonly PolicyFile[]): Map<string, string> {
  return new Map(
    files.map((file) => {
      const decoded = decodeFile(file);
      return [file.path, 'text' in decoded ? decoded.text : ''];
    }),
  );
}
