/** Classic BPF (linux/bpf_common.h), as far as it is used here. */
const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER_EQUAL = 0x35;
const RETURN = 0x06;

/** Offsets in `struct seccomp_data`; arguments are 64 bits, of which these kernels read the lower 32. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const argument = (index: number) => 16 + 8 * index;

/** linux/seccomp.h */
const ALLOW = 0x7fff_0000;
const KILL_PROCESS = 0x8000_0000;
const failWith = (errno: number) => 0x0005_0000 | errno;

const EPERM = 1;
const EPROTONOSUPPORT = 93;
const EAFNOSUPPORT = 97;

/** Unix, IPv4, IPv6, netlink. Not vsock, which leads to the hypervisor past every IP filter, nor anything else that does. */
const families = [1, 2, 10, 16];
/** SMC over an IP socket: after its handshake, data goes by RDMA. */
const IPPROTO_SMC = 256;
/** Typing into the terminal of whoever started the command: TIOCSTI and TIOCLINUX. */
const typing = [0x5412, 0x541c];
/** A socket made by io_uring would not be seen by a filter of system calls; the numbers are the same everywhere. */
const ioUring = [425, 426, 427];

const machines: Readonly<
  Record<string, { audit: number; socket: number; ioctl: number; most: number }>
> = {
  x64: { audit: 0xc000_003e, socket: 41, ioctl: 16, most: 0x4000_0000 },
  arm64: { audit: 0xc000_00b7, socket: 198, ioctl: 29, most: 0x4000_0000 },
};

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];
const load = (offset: number): Instruction => [LOAD, 0, 0, offset];
const give = (value: number): Instruction => [RETURN, 0, 0, value];
/** `then` where the value that was loaded is one of these, else on. */
const oneOf = (values: readonly number[], then: number): Instruction[] => [
  ...values.map(
    (value, i): Instruction => [
      JUMP_EQUAL,
      values.length - 1 - i,
      i + 1 === values.length ? 1 : 0,
      value,
    ],
  ),
  give(then),
];

/**
 * What a governed command may not ask of the kernel, because the programs on its cgroup would not see it: `struct
 * sock_filter[]` for seccomp(2). Programs of another architecture, 32-bit ones too, are killed.
 * @param machine as `process.arch` @throws Error for one whose system calls are not known here
 */
export function seccompFilter(machine: string): Buffer {
  const known = machines[machine];
  if (!known) throw new Error(`Commands can be held on x64 and arm64 machines, not on ${machine}.`);
  const { audit, socket, ioctl, most } = known;
  const onSocket: Instruction[] = [
    load(argument(2)),
    ...oneOf([IPPROTO_SMC], failWith(EPROTONOSUPPORT)),
    load(argument(0)),
    ...oneOf(families, ALLOW),
    give(failWith(EAFNOSUPPORT)),
  ];
  const onIoctl: Instruction[] = [
    load(argument(1)),
    ...oneOf(typing, failWith(EPERM)),
    give(ALLOW),
  ];
  const instructions: Instruction[] = [
    load(ARCHITECTURE),
    [JUMP_EQUAL, 1, 0, audit],
    give(KILL_PROCESS),
    load(NUMBER),
    [JUMP_GREATER_EQUAL, 0, 1, most],
    give(KILL_PROCESS),
    ...oneOf(ioUring, failWith(EPERM)),
    [JUMP_EQUAL, 0, onSocket.length, socket],
    ...onSocket,
    [JUMP_EQUAL, 0, onIoctl.length, ioctl],
    ...onIoctl,
    give(ALLOW),
  ];
  const filter = Buffer.alloc(8 * instructions.length);
  instructions.forEach(([code, ifTrue, ifFalse, value], i) => {
    filter.writeUInt16LE(code, 8 * i);
    filter.writeUInt8(ifTrue, 8 * i + 2);
    filter.writeUInt8(ifFalse, 8 * i + 3);
    filter.writeUInt32LE(value, 8 * i + 4);
  });
  return filter;
}
