import { readFile, stat } from 'node:fs/promises';
import { namespacePath } from './instance.ts';

export interface Port {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

const listenState = '0A';
const unconnectedState = '07';

/**
 * Whether someone in a network namespace takes connections (or datagrams) at a port, over IPv4 and over IPv6; `pid` is a
 * process that lives there. Reads the kernel's own table: nothing is sent, nobody's log is disturbed.
 */
export async function isListening(
  namespace: string,
  pid: number,
  { protocol, port }: Port,
): Promise<boolean> {
  // A process that has just been started is still where its parent is, and its tables are of that place.
  const home = await stat(`/proc/${pid}/ns/net`).catch(() => undefined);
  if (home?.ino !== (await stat(namespacePath(namespace))).ino) return false;
  const tables = await Promise.all(
    [protocol, `${protocol}6`].map((table) =>
      readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => ''),
    ),
  );
  const [v4 = '', v6 = ''] = tables;
  const dualStack = boundTo(v6, protocol, port, /^0{32}$/);
  return boundTo(v6, protocol, port) && (dualStack || boundTo(v4, protocol, port));
}

function boundTo(table: string, protocol: Port['protocol'], port: number, address = /./): boolean {
  const state = protocol === 'tcp' ? listenState : unconnectedState;
  return table.split('\n').some((line) => {
    const [, local = '', , actual] = line.trim().split(/\s+/);
    const [bound = '', boundPort = ''] = local.split(':');
    return actual === state && Number.parseInt(boundPort, 16) === port && address.test(bound);
  });
}
