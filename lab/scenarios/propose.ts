import type { ControlPlane } from '../control/index.ts';
import { applyEdit, type PolicyEdit } from './edits.ts';
import type { Proposal } from './proposals.ts';

type GitHub = ControlPlane['github'];

/** The policy folder of the repository. */
const folder = 'policies';

/** Opens a pull request with edits of what is on the default branch. */
export async function propose(
  github: GitHub,
  { title, branch, by, edits }: Proposal,
): Promise<{ number: number; head: string }> {
  const files = await edited(github, edits);
  return github.openPullRequest({ title, branch, by, files });
}

/** The files of the default branch, or of another, with edits made in them. */
export async function edited(
  github: GitHub,
  edits: readonly PolicyEdit[],
  branch?: string,
): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const edit of edits) {
    const path = inRepository(edit.file);
    const text = files[path] ?? (await github.read(path, branch));
    if (text === undefined) throw new Error(`there is no ${path} in the repository`);
    files[path] = applyEdit(text, edit);
  }
  return files;
}

/** Path of a policy file in the repository. */
export function inRepository(file: string): string {
  return `${folder}/${file}`;
}
