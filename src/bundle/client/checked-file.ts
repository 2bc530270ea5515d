import { createHash } from 'node:crypto';

/** JSON with its own digest, so that a torn or rotten file is told from a whole one. */
export function encodeChecked(value: unknown): string {
  const content = JSON.stringify(value);
  return `${digestOf(content)}\n${content}\n`;
}

/** @returns undefined if the text is not one that {@link encodeChecked} made; what follows it does not count. */
export function decodeChecked(text: string): unknown {
  const [digest, content] = text.split('\n', 2);
  if (content === undefined || digest !== digestOf(content)) return undefined;
  return JSON.parse(content);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
