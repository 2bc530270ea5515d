import { checked } from './kernel-error.ts';
import { libbpf } from './libbpf.ts';

/** `struct bpf_prog_info` up to `verified_insns` (linux/bpf.h). */
const SIZE = 224;
const offsets = { id: 4, tag: 8, verified: 216 };

export interface ProgramInfo {
  /** Instructions that the verifier has followed, on all paths; it refuses more than a million. */
  readonly verifiedInstructions: number;
}

/** The number that the kernel has given to a map or a program: two descriptors of the same have the same. @throws KernelError */
export function objectId(fd: number): number {
  const info = Buffer.alloc(offsets.tag);
  checked('reading what a kernel object is', libbpf().objectInfo(fd, info, [info.length]));
  return info.readUInt32LE(offsets.id);
}

/** What the kernel says of a loaded program. @throws KernelError */
export function programInfo(fd: number): ProgramInfo {
  const info = Buffer.alloc(SIZE);
  checked('reading what a program is', libbpf().objectInfo(fd, info, [SIZE]));
  return {
    verifiedInstructions: info.readUInt32LE(offsets.verified),
  };
}
