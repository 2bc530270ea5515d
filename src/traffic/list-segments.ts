import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { compareBytes } from '../policy/index.ts';
import { RecordingError, whyNot } from './recording-error.ts';

/**
 * The segments of a recording, by name and so by time: `*.jsonl` in the folder and those below it, or the one file.
 * Links and what is no regular file are left out: a pipe would never end.
 * @throws {RecordingError} if there is no such folder or it cannot be listed.
 */
export async function listSegments(place: string): Promise<string[]> {
  try {
    const kind = await stat(place);
    if (kind.isFile()) return [place];
    if (!kind.isDirectory()) throw new RecordingError(notOne(place));
    const entries = await readdir(place, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .toSorted(compareBytes);
  } catch (error) {
    if (error instanceof RecordingError) throw error;
    throw new RecordingError(`cannot read the recording ${place}: ${whyNot(error)}`, {
      cause: error,
    });
  }
}

function notOne(place: string): string {
  return `cannot read the recording ${place}: it is neither a folder nor a file; name the folder that a gateway records to`;
}
