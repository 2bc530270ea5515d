import { portsText } from '../../rules/index.ts';
import type { AddressTerms, NameTerms, TrafficTerms } from '../index.ts';
import { listed } from './listed.ts';

/** `10.0.0.0/8 except 10.1.0.0/16`, `any IPv4 address`; an address that is not known is said too. */
export function addressText({ include, except, unknown }: AddressTerms, most: number): string {
  const known = withExceptions(
    wholeFamilies(include).map(withoutFullLength),
    except.map(withoutFullLength),
    most,
  );
  if (!unknown) return known;
  return known === '' ? 'not known' : `${known}, or not known`;
}

/** Whether no address is left out but for exceptions. */
export function isEveryAddress({ include }: AddressTerms): boolean {
  return wholeFamilies(include)[0] === 'any address';
}

function wholeFamilies(include: readonly string[]): readonly string[] {
  const [every4, every6] = ['0.0.0.0/0', '::/0'].map((cidr) => include.includes(cidr));
  if (every4 && every6) return ['any address'];
  return include.map((cidr) =>
    cidr === '0.0.0.0/0' ? 'any IPv4 address' : cidr === '::/0' ? 'any IPv6 address' : cidr,
  );
}

/** One address needs no length to be told from a network. */
function withoutFullLength(cidr: string): string {
  return cidr.replace(cidr.includes(':') ? /\/128$/ : /\/32$/, '');
}

/** `**.example.com except api.example.com`; `any name`. */
export function nameText({ include, except }: NameTerms, most: number): string {
  const names = include.length === 1 && include[0] === '**' ? ['any name'] : include;
  return withExceptions(names, except, most);
}

function withExceptions(include: readonly string[], except: readonly string[], most: number) {
  const text = listed(include, most);
  return except.length > 0 ? `${text} except ${listed(except, most)}` : text;
}

export function isEveryName({ include, except }: NameTerms): boolean {
  return include.includes('**') && except.length === 0;
}

export function sameNames(one: NameTerms, other: NameTerms): boolean {
  return sameList(one.include, other.include) && sameList(one.except, other.except);
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, i) => item === other[i]);
}

/** `tcp 443,8000-8080; udp 53`; `any protocol` for all that a policy can allow. */
export function trafficText(traffic: readonly TrafficTerms[], most: number): string {
  if (traffic.length === 3 && traffic.every(({ ports }) => ports.length === 0)) {
    return 'any protocol';
  }
  return traffic
    .map(({ protocol, ports }) => {
      if (ports.length === 0) return protocol;
      const shown = ports.length > most + 1 ? ports.slice(0, most) : ports;
      const rest = ports.length - shown.length;
      return `${protocol} ${portsText(shown)}${rest > 0 ? ` and ${rest} more` : ''}`;
    })
    .join('; ');
}
