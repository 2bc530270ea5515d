import { type Address, isMappedText, parseAddress } from '../address.ts';
import {
  type Cidr,
  type CidrFault,
  cidrHolds,
  formatCidr,
  parseCidr,
  parseEnclosingCidr,
} from '../cidr.ts';
import { show } from '../schema/index.ts';
import type { Path } from '../yaml/index.ts';
import type { Reader } from './reader.ts';

/** The NAT64 well-known prefix (RFC 6052): a flow to it is judged as the IPv4 address inside (rule D11). */
const translated = parseCidr('64:ff9b::/96') as Cidr;

/** A list of CIDRs; those with a fault are reported and left out (rule K3). */
export function readCidrs(reader: Reader, path: Path, texts: readonly string[]): Cidr[] {
  return texts.flatMap((text, index) => readCidr(reader, [...path, index], text) ?? []);
}

export function readCidr(reader: Reader, path: Path, text: string): Cidr | undefined {
  const cidr = parseCidr(text);
  if (typeof cidr === 'string') {
    reportCidr(reader, path, text, cidr);
    return undefined;
  }
  if (cidrHolds(translated, cidr)) warnTranslated(reader, path, text);
  return cidr;
}

export function readResolver(reader: Reader, path: Path, text: string): Address | undefined {
  const address = readAddress(reader, path, text);
  if (address && cidrHolds(translated, address)) warnTranslated(reader, path, text);
  return address;
}

/** One address, without a prefix length. */
export function readAddress(reader: Reader, path: Path, text: string): Address | undefined {
  const address = parseAddress(text);
  if (!address) {
    const mapped = isMappedText(text);
    if (mapped) reportMapped(reader, path, text);
    else
      reader.fault(
        'address',
        path,
        `${show(text)} is not an IP address`,
        text.includes('/')
          ? 'one address is meant; remove the prefix length'
          : 'write an address such as 10.8.0.53 or fd00:8::53',
      );
  }
  return address;
}

function reportCidr(reader: Reader, path: Path, text: string, fault: CidrFault): void {
  const address = text.split('/')[0] ?? '';
  if (isMappedText(address)) {
    reportMapped(reader, path, text);
    return;
  }
  if (fault === 'no-length') {
    const full = address.includes(':') ? 128 : 32;
    reader.fault(
      'cidrNoLength',
      path,
      `${show(text)} has no prefix length`,
      `write ${text}/${full} for this address alone`,
    );
    return;
  }
  if (fault === 'host-bits') {
    const block = parseEnclosingCidr(text);
    const network = typeof block === 'string' ? text : formatCidr(block);
    reader.fault(
      'cidrHostBits',
      path,
      `${show(text)} has host bits set`,
      `write ${network} for the block, or the address with its full length`,
    );
    return;
  }
  reader.fault('cidrSyntax', path, `${show(text)} is not a CIDR`, syntaxRemedy(text));
}

function syntaxRemedy(text: string): string {
  if (/(?:^|[./])0\d/.test(text) && !text.includes(':'))
    return 'write numbers without leading zeros';
  if (/\s|,/.test(text)) return 'write one CIDR to an item';
  if (/^[\d.]+-[\d.]+$/.test(text)) return 'write the range as CIDRs, such as 10.20.0.0/16';
  if (text.includes('%')) return 'write the address without a zone';
  return 'write an address and its prefix length, such as 10.20.0.0/16 or fd00:8:1::/64';
}

function reportMapped(reader: Reader, path: Path, text: string): void {
  reader.fault(
    'mappedAddress',
    path,
    `${show(text)} is an IPv4-mapped IPv6 address`,
    'write the IPv4 address instead',
  );
}

function warnTranslated(reader: Reader, path: Path, text: string): void {
  reader.fault(
    'translatedAddress',
    path,
    `${show(text)} never matches: flows to 64:ff9b::/96 are judged as the IPv4 address inside`,
    'write the IPv4 addresses instead',
  );
}
