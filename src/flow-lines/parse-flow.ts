import { type Address, isMapped, parsePacketAddress } from '../policy/index.ts';
import type { Flow } from '../rules/index.ts';
import { type Fields, missing, text, texts, toFields, wrong } from './fields.ts';
import { FlowLineError } from './flow-line-error.ts';
import { parseInstant } from './parse-instant.ts';
import { parseName } from './parse-name.ts';
import { parsePort, parseProtocol } from './parse-protocol.ts';

const known = [
  'agent',
  'src',
  'dst',
  'names',
  'sni',
  'protocol',
  'port',
  'at',
  'onBehalfOf',
  'spent',
] as const;

/** @throws {FlowLineError} */
export function parseFlow(value: unknown): Flow {
  const fields = toFields(value, 'The flow', known);
  const agent = text(fields, 'agent', '"invoice-processor"');
  const src = parseAddressField(fields, 'src', '"10.8.1.4"');
  const dst = parseAddressField(fields, 'dst', '"192.0.2.10"');
  if (agent === undefined && !src) {
    throw missing('agent', 'A flow has a sender, by name or by address ("src")', '"my-agent"');
  }
  if (!dst) throw missing('dst', 'A flow has a destination address', '"192.0.2.10"');
  checkFamilies(src, dst);
  const names = texts(fields, 'names', '["api.example.com"]')?.map(parseName);
  const protocol = parseProtocol(fields, dst.family);
  const port = parsePort(fields, protocol);
  const sni = parseServerName(fields, protocol);
  const at = parseInstant(fields);
  const onBehalfOf = texts(fields, 'onBehalfOf', '["group:finance-clerks"]');
  const spent = texts(fields, 'spent', '["AgentPolicy/my-agent#upload"]');
  return {
    ...(agent === undefined ? {} : { agent }),
    ...(src ? { src } : {}),
    dst,
    ...(names ? { names } : {}),
    ...(sni === undefined ? {} : { sni }),
    protocol,
    ...(port === undefined ? {} : { port }),
    ...(at === undefined ? {} : { at }),
    ...(onBehalfOf ? { onBehalfOf } : {}),
    ...(spent ? { spent } : {}),
  };
}

function parseAddressField(fields: Fields, name: string, example: string): Address | undefined {
  const value = text(fields, name, example);
  if (value === undefined) return undefined;
  const address = parsePacketAddress(value);
  if (!address) throw wrong(name, value, 'an IPv4 or IPv6 address', example);
  return address;
}

/** One packet has one family; only a malformed one, which is judged by a mapped address alone, may seem to mix them. */
function checkFamilies(src: Address | undefined, dst: Address): void {
  if (!src || src.family === dst.family) return;
  if ([src, dst].some(({ family, value }) => family === 6 && isMapped(value))) return;
  throw new FlowLineError(
    `"src" is an IPv${src.family} address and "dst" an IPv${dst.family} address`,
    'Give both in one family, as they stand in the packet.',
  );
}

/** Only TCP opens with a ClientHello that anybody reads. */
function parseServerName(fields: Fields, protocol: Flow['protocol']): string | undefined {
  const sni = text(fields, 'sni', '"api.example.com"');
  if (sni === undefined) return undefined;
  if (protocol === 'tcp') return parseName(sni);
  throw new FlowLineError(`"sni" has no meaning for protocol ${protocol}`, 'Leave it out.');
}
