import type { PortRange, Protocol } from '../policy-set.ts';
import { show } from '../schema/index.ts';
import type { Path } from '../yaml/index.ts';
import type { RawTraffic } from './raw-clause.ts';
import type { Reader } from './reader.ts';

const maxPort = 65535;

/** What a protocol says about ports (rule K2). */
const portsOf: Readonly<Record<Protocol, 'required' | 'refused' | readonly PortRange[]>> = {
  tcp: 'required',
  udp: 'required',
  tls: 'required',
  https: [[443, 443]],
  icmp: 'refused',
  any: 'refused',
};

/** The ports of a clause as written, or the default of its protocol (rule K2). */
export function readPorts(
  reader: Reader,
  path: Path,
  { protocol = 'any', ports }: RawTraffic,
): readonly PortRange[] {
  const wanted = portsOf[protocol];
  if (!ports)
    return wanted === 'required' ? reportMissing(reader, path, protocol) : defaultOf(wanted);
  const portsPath = [...path, 'ports'];
  if (wanted === 'refused') {
    reader.keyFault(
      'portsRefused',
      portsPath,
      `protocol \`${protocol}\` takes no ports`,
      refusedRemedy(protocol),
    );
    return [];
  }
  return ports
    .map((port, index) => readRange(reader, [...portsPath, index], port))
    .filter((range) => range !== undefined);
}

function defaultOf(wanted: 'refused' | readonly PortRange[]): readonly PortRange[] {
  return wanted === 'refused' ? [] : wanted;
}

function reportMissing(reader: Reader, path: Path, protocol: Protocol): [] {
  reader.fault(
    'portsMissing',
    [...path, 'protocol'],
    `protocol \`${protocol}\` needs ports`,
    'add `ports`, for all of them `ports: ["1-65535"]`',
  );
  return [];
}

function refusedRemedy(protocol: Protocol): string {
  return protocol === 'icmp'
    ? 'remove `ports`'
    : 'write `protocol: tcp` or `protocol: udp`, or remove `ports`';
}

function readRange(reader: Reader, path: Path, port: number | string): PortRange | undefined {
  if (typeof port === 'number') return [port, port];
  const [low = 0, high = 0] = port.split('-').map(Number);
  if (low > maxPort || high > maxPort) {
    reader.fault(
      'portRange',
      path,
      `${show(port)} goes beyond port ${maxPort}`,
      'write ports from 1 to 65535',
    );
    return undefined;
  }
  if (low > high) {
    reader.fault('portRange', path, `${show(port)} is not ascending`, `write "${high}-${low}"`);
    return undefined;
  }
  return [low, high];
}
