import type { Problem } from '../problem.ts';
import { makeProblem, type ProblemName } from '../problem-codes.ts';
import { suggest } from '../schema/index.ts';
import { keyPosition, type Path, type SourceDocument } from '../yaml/index.ts';
import { isMapping } from './mapping.ts';

/**
 * A network profile where nobody reads it: beside `metadata` instead of under it, or under a misspelt name. Without an
 * error its author would believe that it is enforced.
 */
export function strayProfile(manifest: SourceDocument): Problem[] {
  if (!isMapping(manifest.value)) return [];
  const { metadata } = manifest.value;
  const fault = (name: ProblemName, path: Path, message: string, remedy: string) =>
    makeProblem(name, keyPosition(manifest, path), message, remedy);
  const beside = Object.hasOwn(manifest.value, 'sallyport')
    ? [
        fault(
          'misplacedField',
          ['sallyport'],
          '`sallyport` belongs under `metadata`',
          'move it: `metadata: {sallyport: {agents: …}}`',
        ),
      ]
    : [];
  const misspelt = Object.keys(isMapping(metadata) ? metadata : {})
    .filter((field) => field !== 'sallyport' && suggest(field, ['sallyport']) !== undefined)
    .map((field) =>
      fault(
        'unknownField',
        ['metadata', field],
        `nobody reads \`metadata.${field}\``,
        'did you mean `sallyport`?',
      ),
    );
  return [...beside, ...misspelt];
}
