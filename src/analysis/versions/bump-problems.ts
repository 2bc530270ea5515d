import { makeProblem, type Problem } from '../../policy/index.ts';
import type { VersionBump } from './version-bumps.ts';

/** The bumps that do not fit their edits, as warnings where the documents stand (rule F6). */
export function bumpProblems(bumps: readonly VersionBump[]): Problem[] {
  return bumps
    .filter(({ enough }) => !enough)
    .map((bump) =>
      makeProblem(
        'versionBump',
        bump.position,
        `\`${bump.document}\` ${effectText(bump)}, but its version ${stepText(bump)}`,
        `write version ${bump.wanted} or later`,
      ),
    );
}

function effectText({ effect, asked }: VersionBump): string {
  switch (effect) {
    case null:
      return 'was not edited';
    case 'equivalent':
      return 'was edited, which asks for a patch';
    case 'widens':
      return `now allows more, which asks for a ${asked} version`;
    case 'narrows':
      return `now allows less, which asks for a ${asked} version`;
    case 'both':
      return `now allows less in places and more in others, which asks for a ${asked} version`;
  }
}

function stepText({ was, is }: VersionBump): string {
  return was === is ? `is still ${is}` : `went from ${was} to ${is}`;
}
