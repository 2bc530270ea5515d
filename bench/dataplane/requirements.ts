import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

type Need = readonly [program: string, debianPackage: string];

/** Those of which the program is nowhere on PATH, nor where Debian keeps programs for root. */
export function missingPrograms(needs: readonly Need[]): Need[] {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return needs.filter(
    ([program]) => !folders.some((folder) => isExecutable(join(folder, program))),
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
