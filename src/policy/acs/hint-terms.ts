import { parse } from 'tldts';
import { formatAddress, parseAddress } from '../address.ts';
import { formatHostPattern, type HostFault, parseHostPattern } from '../host-pattern.ts';

/** What a clause would say of the destination that a manifest hints at. */
export interface HintTerms {
  readonly to: { readonly host: string } | { readonly cidr: string };
  readonly protocol: 'https' | 'tcp';
  /** Absent: the default of the protocol. */
  readonly port?: number;
  /** The manifest does not say the port; 443 is a guess. */
  readonly assumed: boolean;
}

/** The terms of a text that stands where a host or a URL is meant, or why it comes to no clause. */
export function termsOf(text: string): HintTerms | string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? termsOfUrl(text) : termsOfHost(text);
}

/**
 * Whether a label, which may be any word, has the shape of a domain: a URL, a wildcard over a name, or a name under a
 * suffix that is delegated or reserved. `customer.profile` is none.
 */
export function isDomainShaped(label: string): boolean {
  if (typeof termsOf(label) === 'string') return false;
  if (label.includes('://') || label.startsWith('*.') || label.startsWith('**.')) return true;
  const name = /^([^:]*)(?::\d+)?$/.exec(label)?.[1] ?? '';
  const { isIcann, isPrivate, isIp } = parse(name, { allowPrivateDomains: true });
  return isIcann === true || isPrivate === true || isIp === true || reserved.test(name);
}

// RFC 2606, 6761, 6762, 8375, 9476 and what companies name their inside.
const reserved = /\.(?:example|test|invalid|local|internal|intranet|corp|lan|home\.arpa|alt)$/i;

function termsOfHost(text: string): HintTerms | string {
  const [, host = text, port] = /^(.*[^:]):(\d{1,5})$/.exec(text) ?? [];
  return withTarget(
    host,
    'https',
    port === undefined ? undefined : Number(port),
    port === undefined,
  );
}

function termsOfUrl(text: string): HintTerms | string {
  if (!URL.canParse(text)) return 'it is no URL that can be read';
  const { protocol, hostname, port } = new URL(text);
  const written = port === '' ? undefined : Number(port);
  if (protocol === 'https:' || protocol === 'wss:') {
    return withTarget(hostname, 'https', written, false);
  }
  const standard = protocol === 'http:' || protocol === 'ws:' ? 80 : undefined;
  const used = written ?? standard;
  return used === undefined ? 'it does not say the port' : withTarget(hostname, 'tcp', used, false);
}

function withTarget(
  host: string,
  protocol: HintTerms['protocol'],
  port: number | undefined,
  assumed: boolean,
): HintTerms | string {
  if (port !== undefined && (port < 1 || port > 65_535)) return 'its port does not exist';
  if (/^\*+$/.test(host)) return 'it is every host: that needs a decision, not a hint';
  if (/^localhost\.?$|^127\.|^\[?::1\]?$|\.localhost$/i.test(host)) {
    return 'it is on the same host; such traffic never leaves it';
  }
  const rest = { protocol, ...(port === undefined ? {} : { port }), assumed };
  const address = parseAddress(host.replace(/^\[(.*)\]$/, '$1'));
  if (address) {
    return {
      to: { cidr: `${formatAddress(address)}/${address.family === 4 ? 32 : 128}` },
      ...rest,
    };
  }
  const pattern = parseHostPattern(host);
  return typeof pattern === 'string'
    ? faults[pattern]
    : { to: { host: formatHostPattern(pattern) }, ...rest };
}

const faults: Readonly<Record<HostFault, string>> = {
  empty: 'it is empty',
  url: 'it is no host name',
  address: 'it is no address that a clause can name',
  'trailing-dot': 'it ends with a dot',
  wildcard: 'a wildcard stands for whole labels at the left only',
  'one-label': 'it has one label only',
  characters: 'it is no host name',
  idn: 'it is no valid international name',
  'label-length': 'a label is too long',
  length: 'it is too long',
  'public-suffix': 'a wildcard over a public suffix would span strangers',
};
