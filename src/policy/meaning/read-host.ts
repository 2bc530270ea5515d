import { type HostFault, type HostPattern, parseHostPattern } from '../host-pattern.ts';
import { show } from '../schema/index.ts';
import type { Path } from '../yaml/index.ts';
import type { Reader } from './reader.ts';

/** A host name or pattern (rule K4); `undefined`, and reported, if it is none. */
export function readHost(reader: Reader, path: Path, text: string): HostPattern | undefined {
  const host = parseHostPattern(text);
  if (typeof host !== 'string') return host;
  const { message, remedy } = faults[host];
  reader.fault(
    host === 'public-suffix' ? 'publicSuffix' : 'hostSyntax',
    path,
    `${show(text)} ${message}`,
    remedy,
  );
  return undefined;
}

const faults: Readonly<Record<HostFault, { message: string; remedy: string }>> = {
  empty: { message: 'names no host', remedy: 'write a host name such as api.example.com' },
  url: {
    message: 'is more than a host name',
    remedy: 'write the name alone, without scheme, user, port and path; ports go under `ports`',
  },
  address: {
    message: 'is an address, not a host name',
    remedy: 'write it under `cidr`, with a prefix length',
  },
  'trailing-dot': { message: 'ends in a dot', remedy: 'remove the dot; names are always complete' },
  wildcard: {
    message: 'has a wildcard that is not the whole leftmost label',
    remedy:
      'write `*.example.com` for exactly one more label, `**.example.com` for one or more, `to: {any: true}` for whatever destination',
  },
  'one-label': {
    message: 'has one label only',
    remedy: 'write the complete name, such as api.example.com',
  },
  characters: {
    message: 'is not a host name',
    remedy:
      'a name is made of labels of letters, digits, hyphens and underscores, with one dot between them',
  },
  idn: {
    message: 'is not a valid internationalised name',
    remedy: 'correct it, or write its A-labels (xn--…) (UTS 46, non-transitional)',
  },
  'label-length': { message: 'has a label of more than 63 octets', remedy: 'shorten the label' },
  length: { message: 'is longer than 251 octets', remedy: 'shorten the name' },
  'public-suffix': {
    message: 'is a wildcard over a public suffix: anybody can register names below it',
    remedy: 'name the domains that are meant, such as `*.example.com`',
  },
};
