import { checked } from './kernel-error.ts';
import { libbpf } from './libbpf.ts';

/** `struct bpf_prog_info` up to `verified_insns` (linux/bpf.h). */
const SIZE = 224;
const offsets = { id: 4, tag: 8, tagEnd: 16, translated: 20, name: 64, nameEnd: 80, verified: 216 };

export interface ProgramInfo {
  /** As `tc filter show` and bpftool name it; given once since the machine started. */
  readonly id: number;
  /** Of its instructions, in hex: equal programs have equal tags. */
  readonly tag: string;
  readonly name: string;
  /** Instructions that the verifier has followed, on all paths; it refuses more than a million. */
  readonly verifiedInstructions: number;
}

/** What the kernel says of a loaded program. @throws KernelError */
export function programInfo(fd: number): ProgramInfo {
  const info = Buffer.alloc(SIZE);
  checked('reading what a program is', libbpf().objectInfo(fd, info, [SIZE]));
  const name = info.subarray(offsets.name, offsets.nameEnd);
  return {
    id: info.readUInt32LE(offsets.id),
    tag: info.toString('hex', offsets.tag, offsets.tagEnd),
    name: name.toString('latin1').replace(/\0.*$/s, ''),
    verifiedInstructions: info.readUInt32LE(offsets.verified),
  };
}
