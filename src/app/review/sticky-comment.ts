import type { ForgeWriter } from '../forge/index.ts';
import type { Finding } from './finding.ts';

/** First line of the comment; with the App's own authorship, it is how the comment is found again. */
const marker = '<!-- sallyport:impact -->';

/**
 * The text of the one comment, or undefined where there is nothing to say. What stood there for an earlier head is
 * corrected even if there is no impact any more.
 */
export function commentBody(finding: Finding, head: string, isThere: boolean): string | undefined {
  const at = `\`${head.slice(0, 12)}\``;
  switch (finding.kind) {
    case 'impact':
      return `${marker}\n${finding.impact.markdown}`;
    case 'unchanged':
      if (!isThere) return undefined;
      return `${marker}\n### Sallyport: the rules do not change\n\nAt ${at}, gateways enforce the same rules before and after this change.\n`;
    case 'errors':
    case 'no-folder':
      if (!isThere) return undefined;
      return `${marker}\n### Sallyport: the policies have errors\n\nThe impact of ${at} cannot be told until they are mended: see the annotations of the check.\n`;
  }
}

/** Brings the one comment of a pull request up to date: made once, changed only if it differs, never doubled. */
export async function keepComment(
  writer: ForgeWriter,
  number: number,
  bodyOf: (isThere: boolean) => string | undefined,
): Promise<void> {
  const own = await writer.ownComments(number);
  const [first, ...surplus] = own.filter(({ body }) => body.split(/\r?\n/, 1)[0] === marker);
  for (const { id } of surplus) await writer.removeComment(id);
  const body = bodyOf(first !== undefined);
  if (body === undefined) return;
  if (!first) await writer.addComment(number, body);
  else if (first.body !== body) await writer.changeComment(first.id, body);
}
