import { domainToASCII } from 'node:url';
import { getPublicSuffix, parse } from 'tldts';

/**
 * A host as a clause names it (rule K4). `exact`: that name alone; `one`: `*.suffix`, exactly one more label;
 * `many`: `**.suffix`, one or more. Never the apex. Suffix pairs are therefore nested or disjoint.
 */
export interface HostPattern {
  readonly match: 'exact' | 'one' | 'many';
  /** Lower-case A-labels, without wildcard and trailing dot. */
  readonly suffix: string;
}

export type HostFault =
  | 'empty'
  | 'url'
  | 'address'
  | 'trailing-dot'
  | 'wildcard'
  | 'one-label'
  | 'characters'
  | 'idn'
  | 'label-length'
  | 'length'
  | 'public-suffix';

/** Longest name that can be asked for: 252 octets on the wire without the root label, of the 254 of RFC 1035. */
const maxNameLength = 251;
const maxLabelLength = 63;

/** Reads a host as a clause writes it (rule K4); IDNs become A-labels (UTS 46, non-transitional). */
export function parseHostPattern(text: string): HostPattern | HostFault {
  const wildcard = /^(\*\*?)\./.exec(text)?.[1];
  const match = wildcard === undefined ? 'exact' : wildcard === '*' ? 'one' : 'many';
  const written = wildcard === undefined ? text : text.slice(wildcard.length + 1);
  const fault = writtenFault(text, written);
  if (fault) return fault;
  const suffix = toAscii(written);
  if (suffix === undefined) return 'idn';
  return nameFault(suffix, match) ?? { match, suffix };
}

/** Whether a name (lower-case A-labels, no trailing dot) is one that the pattern names (rule K4). */
export function hostMatches({ match, suffix }: HostPattern, name: string): boolean {
  if (match === 'exact') return name === suffix;
  const rest = name.length - suffix.length - 1;
  if (rest < 1 || name[rest] !== '.' || !name.endsWith(suffix)) return false;
  return match === 'many' || !name.slice(0, rest).includes('.');
}

/** The pattern as a clause writes it, in A-labels. */
export function formatHostPattern({ match, suffix }: HostPattern): string {
  return { exact: '', one: '*.', many: '**.' }[match] + suffix;
}

function writtenFault(text: string, written: string): HostFault | undefined {
  if (text === '') return 'empty';
  if (text.includes('://')) return 'url';
  if (written.includes('*') || written === '') return 'wildcard';
  if (/^[\da-f:.]*:[\da-f:.]*:[\da-f:.]*$/i.test(written) || written.startsWith('['))
    return 'address';
  if (/[/?#@:]/.test(written)) return 'url';
  if (/[.\u3002\uff0e\uff61]$/.test(written)) return 'trailing-dot';
  // Refused before any mapping: a URL parser would take these for something else than part of a name.
  if (/[^\w.\-\u0080-\u{10ffff}]/u.test(written)) return 'characters';
  return undefined;
}

function toAscii(written: string): string | undefined {
  if (/^[\w.-]*$/.test(written)) return written.toLowerCase();
  // A numeric last label would be read as an IPv4 address (WHATWG URL); nameFault refuses it either way.
  const ascii = domainToASCII(written);
  return ascii === '' ? undefined : ascii;
}

function nameFault(name: string, match: HostPattern['match']): HostFault | undefined {
  const labels = name.split('.');
  if (!/^[a-z0-9_.-]+$/.test(name) || labels.includes('')) return 'characters';
  if (/^(?:\d+|0x[\da-f]*)$/.test(labels.at(-1) ?? '')) return 'address';
  if (labels.some((label) => label.length > maxLabelLength)) return 'label-length';
  if (name.length > maxNameLength) return 'length';
  if (match === 'exact') return labels.length < 2 ? 'one-label' : undefined;
  return isPublicSuffix(name) ? 'public-suffix' : undefined;
}

/**
 * Whether registrants below this name are strangers to each other (the public suffix list, its private section too).
 * Names that only the list's default rule `*` would cover are not: they are somebody's own internal domain.
 */
function isPublicSuffix(name: string): boolean {
  const options = {
    allowPrivateDomains: true,
    extractHostname: false,
    validateHostname: false,
    detectIp: false,
  };
  // A rule such as `*.ck` makes every name below `ck` a public suffix; a wildcard over `ck` spans them all.
  return [name, `any-label.${name}`].some((candidate) => {
    const { isIcann, isPrivate } = parse(candidate, options);
    return (isIcann || isPrivate) === true && getPublicSuffix(candidate, options) === candidate;
  });
}
