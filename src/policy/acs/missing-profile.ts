import type { Problem } from '../problem.ts';
import { makeProblem } from '../problem-codes.ts';
import type { SourceDocument } from '../yaml/index.ts';
import { entries, type Hint, hintsOf } from './hints.ts';
import { manifestPosition } from './manifest-version.ts';
import { isMapping } from './mapping.ts';

const listed = 3;

/** The warning for a manifest without a network profile (rule A2), with what it hints at. `chain`: it and its parents. */
export function missingProfile(
  manifest: SourceDocument,
  chain: readonly SourceDocument[],
): Problem {
  const position = manifestPosition(manifest);
  const hints = chain.flatMap(hintsOf);
  return makeProblem(
    'manifestNoProfile',
    position,
    `the manifest says nothing about the network: it lacks \`metadata.sallyport.agents\`${compiled(manifest)}`,
    hints.length === 0
      ? 'add `metadata.sallyport.agents`; nothing in the manifest hints at where its agent connects to'
      : `\`sallyport draft ${position.file}\` drafts a policy of what it hints at: ${list(hints, position.file)}`,
  );
}

/** Nobody should take the policies of a manifest for rules of the network. */
function compiled({ value }: SourceDocument): string {
  const types = new Set(
    entries(isMapping(value) ? value.policies : undefined).map(([, { type }]) => String(type)),
  );
  return types.size === 0
    ? ''
    : `, and its ${[...types].slice(0, 4).join(' and ')} policies are not compiled`;
}

function list(hints: readonly Hint[], file: string): string {
  const shown = hints.slice(0, listed).map(({ text, position }) => {
    const place =
      position.file === file ? `line ${position.line}` : `${position.file}:${position.line}`;
    const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    return `\`${short}\` (${place})`;
  });
  const more = hints.length > listed ? [`${hints.length - listed} more`] : [];
  return [...shown, ...more].join(', ');
}
