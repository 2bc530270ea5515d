import { fileURLToPath } from 'node:url';
import type { Instance } from '../net/index.ts';
import { policyRepository } from './control-plane.ts';

const program = fileURLToPath(new URL('./github-api-main.ts', import.meta.url));

/**
 * The command line that reads from the REST API of a lab's GitHub, on its control host.
 * @param path In the policy repository, such as `/pulls/1`; empty: the repository itself.
 */
export function readGitHub({ runDirectory }: Instance, path: string): readonly string[] {
  const { owner, name } = policyRepository;
  return [process.execPath, program, runDirectory, `${owner}/${name}`, path];
}
