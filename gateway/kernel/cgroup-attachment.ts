import { closeSync, constants, openSync } from 'node:fs';
import { checked } from './kernel-error.ts';
import { libbpf } from './libbpf.ts';

/** enum bpf_attach_type, linux/bpf.h. */
const hooks = { sp_cgroup_ingress: 0, sp_cgroup_egress: 1 } as const;
type Hook = keyof typeof hooks;

/** Those of cgroups around it stay and are asked too: a packet passes if all let it. */
const ALLOW_MULTI = 2;

/**
 * The two programs on a cgroup of version 2. They stay for as long as it exists, whatever becomes of this process.
 * @param folder of the cgroup
 */
export function attachToCgroup(folder: string, programFd: (name: Hook) => number): void {
  const cgroup = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    for (const hook of Object.keys(hooks) as Hook[]) {
      const result = libbpf().programAttach(programFd(hook), cgroup, hooks[hook], ALLOW_MULTI);
      checked(`attaching to ${folder}`, result);
    }
  } finally {
    closeSync(cgroup);
  }
}
