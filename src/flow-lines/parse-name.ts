import { domainToASCII } from 'node:url';
import { FlowLineError } from './flow-line-error.ts';

/**
 * A host name as rules compare it: lower-case A-labels (UTS 46), no trailing dot.
 * @throws {FlowLineError}
 */
export function parseName(text: string): string {
  const ascii = /^\p{ASCII}*$/u.test(text) ? lowerCaseAscii(text) : domainToASCII(text);
  const name = withoutTrailingDot(ascii);
  if (name.length <= 253 && name.split('.').every(isLabel)) return name;
  throw new FlowLineError(
    `${JSON.stringify(text)} is not a host name`,
    'Give a name of letters, digits, hyphens and underscores, such as "api.example.com".',
  );
}

/** Leaves other letters alone: the Kelvin sign must not become a `k`. */
export function lowerCaseAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function withoutTrailingDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

function isLabel(label: string): boolean {
  return /^[a-z0-9_-]{1,63}$/.test(label);
}
