import { getSystemErrorMap } from 'node:util';

export type KernelErrorCode =
  | 'no-library'
  | 'no-privileges'
  | 'no-object'
  | 'load-refused'
  | 'no-interface'
  | 'bad-interface'
  | 'layout-version'
  | 'foreign-pins'
  | 'no-cgroup'
  | 'not-running'
  | 'busy'
  | 'no-feature'
  | 'map-full'
  | 'system-call';

/** Something that the kernel, or the way to it, refused. The message says what to do. */
export class KernelError extends Error {
  readonly code: KernelErrorCode;
  /** Positive errno, where a system call failed. */
  readonly errno: number | undefined;

  constructor(
    code: KernelErrorCode,
    message: string,
    options?: { errno?: number; cause?: unknown },
  ) {
    super(message, { cause: options?.cause });
    this.name = 'KernelError';
    this.code = code;
    this.errno = options?.errno;
  }
}

/** What libbpf gave back: negative is an errno. @throws KernelError naming the call. */
export function checked(call: string, result: number): number {
  if (result >= 0) return result;
  const [name, text] = getSystemErrorMap().get(result) ?? ['', `errno ${-result}`];
  if (name === 'EPERM' || name === 'EACCES') {
    throw new KernelError(
      'no-privileges',
      `${call}: ${text}. Run as root, or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON.`,
      { errno: -result },
    );
  }
  throw new KernelError('system-call', `${call}: ${name || text} (${text})`, { errno: -result });
}
