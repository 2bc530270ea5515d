import { readFileSync } from 'node:fs';
import { KernelError } from './kernel-error.ts';

/** Bits of a capability set (linux/capability.h). */
const NET_ADMIN = 1n << 12n;
const SYS_ADMIN = 1n << 21n;
const PERFMON = 1n << 38n;
const BPF = 1n << 39n;

/**
 * Whether this process may govern anything at all. Asked first: without privileges the pins cannot even be seen, and
 * "there are none" would be the wrong answer.
 * @throws KernelError `no-privileges`
 */
export function checkPrivileges(): void {
  const held = effectiveCapabilities();
  const bpf = (held & SYS_ADMIN) !== 0n || ((held & BPF) !== 0n && (held & PERFMON) !== 0n);
  if (bpf && (held & NET_ADMIN) !== 0n) return;
  throw new KernelError(
    'no-privileges',
    'This user may not load eBPF programs or attach them. Run as root, or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON.',
  );
}

function effectiveCapabilities(): bigint {
  const [, hex = '0'] =
    /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return BigInt(`0x${hex}`);
}
