import { writeFile } from 'node:fs/promises';
import { makeAuthority, makeCertificate } from './certificates.ts';
import { httpsHosts } from './services.ts';
import { attackerConfiguration, resolverConfiguration } from './unbound.ts';

/** Writes what the services read: certificates and configuration. */
export async function prepareServices(directory: string, signal?: AbortSignal): Promise<void> {
  await writeFile(`${directory}/resolver.unbound.conf`, resolverConfiguration());
  await writeFile(`${directory}/attacker.unbound.conf`, attackerConfiguration());
  await makeAuthority(directory, signal);
  for (const [host, names] of Object.entries(httpsHosts)) {
    await makeCertificate(directory, host, names, signal);
  }
}
