import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { KernelError } from './kernel-error.ts';
import { libbpf } from './libbpf.ts';

/** enum bpf_prog_type, linux/bpf.h. */
const TC = 3;
const SYSCALL = 31;

interface Feature {
  /** For people, with the kernel that brought it. */
  readonly what: string;
  readonly ask: (kernel: Probe) => boolean;
}

/** How the kernel is asked; by the same calls that a load makes. */
export interface Probe {
  program(type: number): boolean;
  map(type: number): boolean;
  /** Whether programs for tc may call it. */
  helper(id: number): boolean;
  hasBpfFileSystem(): boolean;
}

/** What the programs use, oldest first; numbers of enum bpf_map_type and of helpers, linux/bpf.h. */
const features: readonly Feature[] = [
  {
    what: 'the BPF file system at /sys/fs/bpf (mount -t bpf bpf /sys/fs/bpf)',
    ask: (k) => k.hasBpfFileSystem(),
  },
  { what: 'tc programs (Linux 4.1, CONFIG_NET_CLS_BPF)', ask: (k) => k.program(TC) },
  { what: 'LPM tries (4.11)', ask: (k) => k.map(11) },
  { what: 'arrays of maps (4.12)', ask: (k) => k.map(12) },
  { what: 'ring buffers (5.8)', ask: (k) => k.map(27) && k.helper(131) },
  { what: 'bpf_ktime_get_boot_ns (5.8)', ask: (k) => k.helper(125) },
  { what: 'bpf_ktime_get_coarse_ns (5.11)', ask: (k) => k.helper(160) },
  { what: 'bpf_for_each_map_elem (5.13)', ask: (k) => k.helper(164) },
  { what: 'programs of type syscall (5.14)', ask: (k) => k.program(SYSCALL) },
  { what: 'bpf_timer_init (5.15)', ask: (k) => k.helper(169) },
  { what: 'bpf_loop (5.17)', ask: (k) => k.helper(181) },
  { what: 'bpf_ktime_get_tai_ns (6.1)', ask: (k) => k.helper(208) },
];

/** Asked of the kernel before anything is loaded: what a verifier says of a missing helper helps nobody. */
export function checkFeatures(probe: Probe = kernelProbe(), version = release()): void {
  const missing = features.filter(({ ask }) => !ask(probe)).map(({ what }) => what);
  if (missing.length === 0) return;
  throw new KernelError(
    'no-feature',
    `This kernel (${version}) lacks ${missing.join('; ')}. The gateway needs Linux 6.1 or newer, with eBPF and tc: ` +
      'docs/gateway.md, "Kernel". What was in force stays in force.',
  );
}

/** An answer that is no answer (an error of the probe itself) counts as yes: the load will tell. */
function kernelProbe(): Probe {
  const lib = libbpf();
  return {
    program: (type) => lib.probeProgram(type, null) !== 0,
    map: (type) => lib.probeMap(type, null) !== 0,
    helper: (id) => lib.probeHelper(TC, id, null) !== 0,
    hasBpfFileSystem: () => / \/sys\/fs\/bpf bpf /.test(readFileSync('/proc/mounts', 'utf8')),
  };
}
