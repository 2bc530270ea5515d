import { writeFile } from 'node:fs/promises';
import { command } from '../net/index.ts';

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Where the certificate authority's certificate is, for clients that verify. */
export function authorityCertificate(directory: string): string {
  return `${directory}/ca.pem`;
}

/** Files of the certificate of one host. */
export function certificateOf(directory: string, host: string) {
  return { certificate: `${directory}/${host}.pem`, key: `${directory}/${host}.key` };
}

/** Makes a certificate authority of the lab's own, valid for a week; its key is in `directory` and nowhere else. */
export async function makeAuthority(directory: string, signal?: AbortSignal): Promise<void> {
  const subject = ['-subj', '/O=Sallyport lab/CN=Sallyport lab CA', '-days', '7'];
  const files = ['-keyout', `${directory}/ca.key`, '-out', authorityCertificate(directory)];
  await command('openssl', ['req', '-x509', ...newKey, ...subject, ...files], { signal });
}

/** Makes a certificate for one host under these names, signed by the authority. */
export async function makeCertificate(
  directory: string,
  host: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const { certificate, key } = certificateOf(directory, host);
  const request = `${directory}/${host}.csr`;
  const extensions = `${directory}/${host}.ext`;
  await writeFile(extensions, `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\n`);
  const subject = ['-subj', `/CN=${names[0]}`, '-keyout', key, '-out', request];
  await command('openssl', ['req', '-new', ...newKey, ...subject], { signal });
  const authority = ['-CA', authorityCertificate(directory), '-CAkey', `${directory}/ca.key`];
  const output = ['-days', '7', '-extfile', extensions, '-in', request, '-out', certificate];
  await command('openssl', ['x509', '-req', ...authority, ...output], { signal });
}
