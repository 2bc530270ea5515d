import { styleText } from 'node:util';
import type { LabStatus } from '../instance/index.ts';

type Style = Parameters<typeof styleText>[0];

/** The state of a lab for a reader; colours only where `stream` shows them. */
export function statusText(status: LabStatus, stream: NodeJS.WriteStream): string {
  const paint = (style: Style, text: string) => styleText(style, text, { stream });
  const { instance, state, since, policies, bundles, hosts, gateway, pinned, exists } = status;
  if (state === 'down') return `The lab "${instance}" is down, and nothing of it is left.`;
  if (hosts.length === 0) {
    const left = exists.map((line) => `  ${line}`);
    return [`The lab "${instance}" is not up, but this is left of one:`, ...left].join('\n');
  }
  const alive = (running: boolean) => (running ? paint('green', '●') : paint('red', '✗ dead'));
  const lines = hosts.flatMap(({ name, role, ipv4, ipv6, services }) => [
    `${paint('bold', name.padEnd(20))} ${role.padEnd(8)} ${ipv4.padEnd(12)} ${ipv6}`,
    ...services.map(
      ({ description, pid, running }) =>
        `  ${alive(running)} ${description} ${paint('dim', String(pid))}`,
    ),
  ]);
  const holds = pinned ? 'rules are pinned in the kernel' : 'nothing is pinned';
  const gatewayLine = gateway
    ? `${alive(gateway.running)} gateway ${paint('dim', String(gateway.pid))}, ${holds}; log: ${gateway.log}`
    : `no gateway: everything is forwarded; ${holds}`;
  return [
    `The lab "${instance}" is ${state === 'up' ? 'up' : paint('red', 'partly up')}, since ${since}.`,
    bundles ? `bundles of ${bundles.group} from ${bundles.url}` : `policies: ${policies}`,
    gatewayLine,
    '',
    ...lines,
  ].join('\n');
}
