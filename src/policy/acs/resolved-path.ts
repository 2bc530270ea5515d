/**
 * A relative path as seen from a file, both with forward slashes and relative to the policy folder; `undefined` if it
 * leads out of the folder.
 */
export function resolvedPath(from: string, relative: string): string | undefined {
  const steps = from.split('/').slice(0, -1);
  for (const step of relative.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return steps.join('/');
}
