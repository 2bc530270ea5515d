import type { VersionBump } from '../../analysis/index.ts';
import { harmlessText } from '../../policy/index.ts';
import { indented } from './columns.ts';
import type { TerminalOptions } from './render-terminal.ts';

/** What a document's version asks for, in words (rule F6). */
export function bumpText({ was, is, effect, asked, enough, wanted }: VersionBump): string {
  const step = was === is ? `still ${was}` : `${was} → ${is}`;
  if (asked === 'none' || effect === null) return `${step}, nothing else was edited`;
  const does = {
    equivalent: 'changes no decision',
    narrows: 'narrows',
    widens: 'widens',
    both: 'narrows and widens',
  }[effect];
  return enough
    ? `${step}, enough for an edit that ${does}`
    : `${step}, but the edit ${does}: a ${asked} bump, ${wanted} or higher`;
}

/** The versions of the documents that were edited, those that must still go up first. */
export function versionLines(
  bumps: readonly VersionBump[],
  { paint, placeText, width }: Pick<TerminalOptions, 'paint' | 'placeText' | 'width'>,
): string[] {
  if (bumps.length === 0) return [];
  const sorted = [
    ...bumps.filter(({ enough }) => !enough),
    ...bumps.filter(({ enough }) => enough),
  ];
  return [
    paint.strong('Versions'),
    ...sorted.flatMap((bump) => {
      const { file, line } = bump.position;
      const place = placeText({ side: 'after', file, line });
      const text = harmlessText(`${bump.document}  ${bumpText(bump)}  ${place}`);
      return indented(text, 2, width).map(bump.enough ? (plain) => plain : paint.warning);
    }),
  ];
}
