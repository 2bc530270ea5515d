import { type HostName, hostNamed } from '../net/index.ts';
import { addressRecords, attackerZone, zones } from './zones.ts';

const quoted = (text: string) => `"${text}"`;

function server(host: HostName, lines: readonly string[]): string {
  const { ipv4, ipv6 } = hostNamed(host);
  return [
    'server:',
    ...[
      `interface: ${ipv4.host}`,
      `interface: ${ipv6.host}`,
      'access-control: 0.0.0.0/0 allow',
      'access-control: ::/0 allow',
      'do-daemonize: no',
      'use-syslog: no',
      'logfile: ""',
      'pidfile: ""',
      'chroot: ""',
      'username: ""',
      'directory: "/"',
      'num-threads: 1',
      'module-config: "iterator"',
      'log-queries: yes',
      'log-time-ascii: no',
      'qname-minimisation: no',
      ...lines,
    ].map((line) => `  ${line}`),
    'remote-control:',
    '  control-enable: no',
    '',
  ].join('\n');
}

/** Configuration of the permitted resolver: the lab's zones are its own, the attacker's it asks for, all else it refuses. */
export function resolverConfiguration(): string {
  const attacker = hostNamed('attacker');
  return [
    server('resolver', [
      'local-zone: "." refuse',
      ...zones.map((zone) => `local-zone: ${quoted(zone)} static`),
      ...addressRecords().map((record) => `local-data: ${quoted(record)}`),
      `local-zone: ${quoted(attackerZone)} transparent`,
    ]),
    'stub-zone:',
    `  name: ${quoted(attackerZone)}`,
    `  stub-addr: ${attacker.ipv4.host}`,
    '',
  ].join('\n');
}

/** Configuration of the attacker's server: every name in its zone has an answer, so a question is all that data needs to get out. */
export function attackerConfiguration(): string {
  const { ipv4, ipv6 } = hostNamed('attacker');
  const records = [
    `${attackerZone}. 0 IN A ${ipv4.host}`,
    `${attackerZone}. 0 IN AAAA ${ipv6.host}`,
    `${attackerZone}. 0 IN TXT 'received'`,
  ];
  return server('attacker', [
    'local-zone: "." refuse',
    `local-zone: ${quoted(attackerZone)} redirect`,
    ...records.map((record) => `local-data: ${quoted(record)}`),
  ]);
}
