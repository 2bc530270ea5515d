import type { PortRange, Protocol } from '../policy-set.ts';
import { show } from '../schema/index.ts';
import type { Path } from '../yaml/index.ts';
import type { RawClause } from './raw-document.ts';
import type { Reader } from './reader.ts';

const maxPort = 65535;

/** The ports of a clause as written (rule K2): required for tcp and udp, refused for icmp and any. */
export function readPorts(
  reader: Reader,
  path: Path,
  { protocol = 'any', ports }: RawClause,
): PortRange[] {
  const portsPath = [...path, 'ports'];
  const hasPorts = protocol === 'tcp' || protocol === 'udp';
  if (!ports) {
    if (hasPorts) {
      reader.fault(
        'portsMissing',
        [...path, 'protocol'],
        `protocol \`${protocol}\` needs ports`,
        'add `ports`, for all of them `ports: ["1-65535"]`',
      );
    }
    return [];
  }
  if (!hasPorts) {
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
