import type { Flow } from '../rules/index.ts';
import { type Fields, missing, wrong } from './fields.ts';
import { FlowLineError } from './flow-line-error.ts';

type Protocol = Flow['protocol'];

const example = '"tcp"';
/** Hop-by-hop options, fragment, destination options (RFC 8200 section 4). */
const extensionHeaders = [0, 44, 60];
const must = '"tcp", "udp", "icmp" or the number of another IP protocol (0–255)';

/** A protocol by name or by its number in the IP header; 1 and 58 are echo in IPv4 and IPv6 alike. */
export function parseProtocol(fields: Fields, family: 4 | 6): Protocol {
  const value = fields.protocol;
  if (value === undefined) throw missing('protocol', 'A flow has a protocol', example);
  if (value === 'tcp' || value === 'udp' || value === 'icmp') return value;
  if (value === 'tls' || value === 'https') {
    throw new FlowLineError(
      `"protocol" is "${value}", which is how a clause says it`,
      'A flow is of an IP protocol: write "tcp".',
    );
  }
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 255) {
    throw wrong('protocol', value, must, example);
  }
  if (family === 6 && extensionHeaders.includes(value)) {
    throw new FlowLineError(
      `"protocol" is ${value}, which in IPv6 is an extension header, not a protocol`,
      'Give the protocol that follows it.',
    );
  }
  return named(value, family);
}

function named(number: number, family: 4 | 6): Protocol {
  if (number === 6) return 'tcp';
  if (number === 17) return 'udp';
  return number === (family === 4 ? 1 : 58) ? 'icmp' : number;
}

/** The destination port: 1–65535, and only where the protocol has one. */
export function parsePort(fields: Fields, protocol: Protocol): number | undefined {
  const { port } = fields;
  if (protocol !== 'tcp' && protocol !== 'udp') {
    if (port === undefined) return undefined;
    throw new FlowLineError(`"port" has no meaning for protocol ${protocol}`, 'Leave it out.');
  }
  if (port === undefined) throw missing('port', `A ${protocol} flow has a port`, '443');
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw wrong('port', port, 'a whole number from 1 to 65535', '443');
}
