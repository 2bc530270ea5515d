import { readdir } from 'node:fs/promises';
import { command } from './command.ts';
import { type Instance, namespacePath, processMark } from './instance.ts';

/** A command line, ready to be executed. */
type CommandLine = readonly [file: string, ...args: string[]];

/** The command line that runs another inside a network namespace, under the same process id. */
export function inNamespace(namespace: string, commandLine: readonly string[]): CommandLine {
  // Not `ip netns exec`: that mounts a new /sys, which hides the BPF file system that gateways pin to.
  return ['nsenter', `--net=${namespacePath(namespace)}`, '--', ...commandLine];
}

/** As `inNamespace`, with the namespace's own /etc/resolv.conf: what an agent's programs see. */
export function asHost(namespace: string, commandLine: readonly string[]): CommandLine {
  return ['ip', 'netns', 'exec', namespace, ...commandLine];
}

/** Environment of everything that a lab starts, by which it is found again. */
export function markedEnvironment(instance: Instance): Record<string, string> {
  return { [processMark]: instance.name };
}

// No duplicate address detection, router solicitation or router advertisement: addresses are fixed and used at once.
const quietKernel = `
cd /proc/sys/net/ipv6/conf
for scope in all default; do
  echo 0 >$scope/accept_dad; echo 0 >$scope/router_solicitations; echo 0 >$scope/accept_ra; echo 1 >$scope/mldv2_unsolicited_report_interval
done`;

/** Makes a network namespace whose links will come up silently. It does not forward yet. */
export async function addNamespace(namespace: string, signal?: AbortSignal): Promise<void> {
  await command('ip', ['netns', 'add', namespace], { signal });
  await runInNamespace(namespace, ['sh', '-ec', quietKernel], signal);
}

/** Lets a namespace forward between its interfaces, both address families. */
export async function enableForwarding(namespace: string, signal?: AbortSignal): Promise<void> {
  const forward =
    'echo 0 >/proc/sys/net/ipv4/conf/all/send_redirects; echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding';
  await runInNamespace(namespace, ['sh', '-ec', forward], signal);
}

/** Runs a command inside a network namespace to its end and gives what it printed. */
async function runInNamespace(
  namespace: string,
  commandLine: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const [file, ...args] = inNamespace(namespace, commandLine);
  return command(file, args, { signal });
}

/** The network namespaces of an instance that exist now. */
export async function namespacesOf(instance: Instance): Promise<string[]> {
  return (await entries('/run/netns')).filter((name) => name.startsWith(instance.prefix)).sort();
}

/** Names in a folder; none when there is no such folder. */
export async function entries(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
