import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { command } from '../net/index.ts';

const programs = ['ip', 'tc', 'nsenter', 'unshare', 'unbound', 'openssl', 'curl', 'dig', 'ping'];

/** What this machine lacks to run a lab, one line each; empty when it can. */
export async function missingRequirements(): Promise<string[]> {
  if (process.platform !== 'linux')
    return ['Linux: network namespaces and eBPF exist nowhere else'];
  const missing: string[] = [];
  if (process.getuid?.() !== 0) missing.push('root: namespaces and links need it');
  for (const program of programs) {
    if (!(await isInstalled(program))) missing.push(`${program}: run \`npm run setup\` as root`);
  }
  if (missing.length === 0) {
    // A container's root may lack the capability: only trying tells.
    const may = await command('unshare', ['--net', 'true']).then(
      () => true,
      () => false,
    );
    if (!may) missing.push('network namespaces: this machine does not let root make them');
  }
  return missing;
}

async function isInstalled(program: string): Promise<boolean> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const tries = folders.map((folder) => access(join(folder, program), constants.X_OK));
  return Promise.any(tries).then(
    () => true,
    () => false,
  );
}

/** @throws {Error} saying all that is missing. */
export async function requireLabMachine(): Promise<void> {
  const missing = await missingRequirements();
  if (missing.length > 0) throw new Error(`this machine cannot run a lab:\n${missing.join('\n')}`);
}
