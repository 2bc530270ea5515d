import { checked } from './kernel-error.ts';
import { libbpf } from './libbpf.ts';

/** `struct __sk_buff` up to `cb`, as BPF_PROG_TEST_RUN takes and gives it (linux/bpf.h). */
const SKB_SIZE = 192;
const MARK_OFFSET = 8;
const INGRESS_IFINDEX_OFFSET = 36;
const CB_OFFSET = 48;
const CB_WORDS = 5;
const GSO_SEGS_OFFSET = 164;
const GSO_SIZE_OFFSET = 176;
/** No program makes a frame longer by more. */
const MOST_GROWTH = 512;

export interface PacketRun {
  /** The frame, Ethernet header first. */
  readonly frame: Buffer;
  readonly mark?: number;
  /** The interface by which the packet came into the machine. */
  readonly cameFrom?: number;
  readonly cb?: readonly number[];
  /** Segments on the wire that the frame stands for, as offloading joins them; default it is one packet. */
  readonly segments?: number;
  /** Bytes of payload in each of them; a virtual machine states only this. */
  readonly segmentSize?: number;
  /** How often the program runs; default once. */
  readonly repeat?: number;
}

export interface RunResult {
  /** TC_ACT_*: -1 goes on, 2 drops. */
  readonly action: number;
  readonly cb: readonly number[];
  readonly mark: number;
  /** The frame as the program left it. */
  readonly frame: Buffer;
  /** Mean time of one run, in ns, as the kernel measures it. */
  readonly duration: number;
}

/** Runs a tc program on one frame, without sending anything. */
export function runOnPacket(program: number, run: PacketRun): RunResult {
  const context = Buffer.alloc(SKB_SIZE);
  context.writeUInt32LE(run.mark ?? 0, MARK_OFFSET);
  context.writeUInt32LE(run.cameFrom ?? 0, INGRESS_IFINDEX_OFFSET);
  run.cb?.forEach((word, i) => {
    context.writeUInt32LE(word >>> 0, CB_OFFSET + 4 * i);
  });
  context.writeUInt32LE(run.segments ?? 0, GSO_SEGS_OFFSET);
  context.writeUInt32LE(run.segmentSize ?? 0, GSO_SIZE_OFFSET);
  const out = Buffer.alloc(SKB_SIZE);
  const frame = Buffer.alloc(run.frame.length + MOST_GROWTH);
  const options = {
    sz: libbpf().sizeof('bpf_test_run_opts'),
    data_in: run.frame,
    data_size_in: run.frame.length,
    ctx_in: context,
    ctx_size_in: SKB_SIZE,
    ctx_out: out,
    ctx_size_out: SKB_SIZE,
    repeat: run.repeat ?? 1,
    data_out: frame,
    data_size_out: frame.length,
    retval: 0,
    duration: 0,
    flags: 0,
    cpu: 0,
    batch_size: 0,
  };
  checked('BPF_PROG_TEST_RUN', libbpf().testRun(program, options));
  return {
    action: options.retval | 0,
    frame: frame.subarray(0, options.data_size_out),
    cb: Array.from({ length: CB_WORDS }, (_, i) => out.readUInt32LE(CB_OFFSET + 4 * i)),
    mark: out.readUInt32LE(MARK_OFFSET),
    duration: options.duration,
  };
}

/** `struct xdp_md`, and the flag of BPF_PROG_TEST_RUN by which frames are really sent (linux/bpf.h). */
const XDP_MD_SIZE = 24;
const XDP_MD_DATA_END = 4;
const XDP_MD_INGRESS_IFINDEX = 12;
const LIVE_FRAMES = 2;

export interface LiveFrames {
  readonly frame: Buffer;
  /** The interface, in this network namespace, that the frames seem to come in by. Its receive queue must know XDP. */
  readonly ifindex: number;
  /** How many. */
  readonly count: number;
}

/** Gives copies of a frame to an XDP program; what it passes takes its way through the machine like any packet. */
export function sendFrames(program: number, { frame, ifindex, count }: LiveFrames): void {
  const context = Buffer.alloc(XDP_MD_SIZE);
  context.writeUInt32LE(frame.length, XDP_MD_DATA_END);
  context.writeUInt32LE(ifindex, XDP_MD_INGRESS_IFINDEX);
  const options = {
    sz: libbpf().sizeof('bpf_test_run_opts'),
    data_in: frame,
    data_size_in: frame.length,
    ctx_in: context,
    ctx_size_in: XDP_MD_SIZE,
    ctx_out: null,
    ctx_size_out: 0,
    data_out: null,
    data_size_out: 0,
    retval: 0,
    repeat: count,
    duration: 0,
    flags: LIVE_FRAMES,
    cpu: 0,
    batch_size: 0,
  };
  checked('BPF_PROG_TEST_RUN', libbpf().testRun(program, options));
}

/** Runs a `syscall` program on its argument. @returns what the program returned */
export function runSystemCall(program: number, argument: Buffer): number {
  const options = {
    sz: libbpf().sizeof('bpf_test_run_opts'),
    data_in: null,
    data_out: null,
    data_size_in: 0,
    data_size_out: 0,
    ctx_in: argument,
    ctx_out: null,
    ctx_size_in: argument.length,
    ctx_size_out: 0,
    retval: 0,
    repeat: 0,
    duration: 0,
    flags: 0,
    cpu: 0,
    batch_size: 0,
  };
  checked('BPF_PROG_TEST_RUN', libbpf().testRun(program, options));
  return options.retval;
}
