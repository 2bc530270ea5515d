import { harmlessText } from '../policy/index.ts';
import { clip } from './clip.ts';

/** Longer values tell nothing more in a comment. */
const longestValue = 200;

/**
 * A value as a code span. Inside one, nothing is a mention, a link, an image, HTML or emphasis; what could end the span
 * or a table cell, and what could hide or reorder text, becomes a visible escape.
 */
export function code(value: string): string {
  const text = harmlessText(clip(value, longestValue)).replace(/[`|]/g, escapeOf);
  return text.trim() === '' ? '`""`' : `\`${text}\``;
}

/** A value inside HTML, where Markdown is not read: in `<summary>`. */
export function htmlCode(value: string): string {
  const text = harmlessText(clip(value, longestValue)).replace(/[^\w ./:-]/gu, entityOf);
  return `<code>${text}</code>`;
}

/** A value as the text of a link. */
export function linkTo(text: string, url: string | undefined): string {
  const target = safeUrl(url);
  return target === undefined ? code(text) : `[${code(text)}](${target})`;
}

/** Lines in a fence that none of them can close. */
export function fenced(language: string, lines: readonly string[]): string {
  const text = lines.map(harmlessText).join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Only http and https, and nothing that ends a Markdown link or adds a title to it. */
function safeUrl(url: string | undefined): string | undefined {
  const parsed = url === undefined ? null : URL.parse(url);
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) return undefined;
  return parsed.href.replace(/[()<>[\]\\`|*_~'"\s]/g, percentOf);
}

function escapeOf(character: string): string {
  return `\\u{${character.charCodeAt(0).toString(16)}}`;
}

function entityOf(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

function percentOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
