import { KernelError } from './kernel-error.ts';
import { loadKoffi } from './koffi.ts';

/** Opaque C pointer; `null` where libbpf failed. */
export type Pointer = bigint | null;

const names = ['libbpf.so.1', 'libbpf.so'];

function open(koffi: typeof import('koffi')) {
  let cause: unknown;
  for (const name of names) {
    try {
      return koffi.load(name);
    } catch (error) {
      cause = error;
    }
  }
  throw new KernelError(
    'no-library',
    'libbpf 1.x is not installed. On Debian and Ubuntu: apt-get install libbpf1',
    { cause },
  );
}

function declare() {
  const koffi = loadKoffi();
  const lib = open(koffi);
  const libc = koffi.load(null);
  koffi.struct('bpf_object_open_opts', {
    sz: 'size_t',
    object_name: 'void *',
    relaxed_maps: 'bool',
    pin_root_path: 'void *',
    unused: 'uint32_t',
    kconfig: 'void *',
    btf_custom_path: 'void *',
    kernel_log_buf: 'void *',
    kernel_log_size: 'size_t',
    kernel_log_level: 'uint32_t',
  });
  koffi.struct('bpf_tc_hook', {
    sz: 'size_t',
    ifindex: 'int',
    attach_point: 'int',
    parent: 'uint32_t',
  });
  koffi.struct('bpf_tc_opts', {
    sz: 'size_t',
    prog_fd: 'int',
    flags: 'uint32_t',
    prog_id: 'uint32_t',
    handle: 'uint32_t',
    priority: 'uint32_t',
  });
  koffi.struct('bpf_test_run_opts', {
    sz: 'size_t',
    data_in: 'void *',
    data_out: 'void *',
    data_size_in: 'uint32_t',
    data_size_out: 'uint32_t',
    ctx_in: 'void *',
    ctx_out: 'void *',
    ctx_size_in: 'uint32_t',
    ctx_size_out: 'uint32_t',
    retval: 'uint32_t',
    repeat: 'int',
    duration: 'uint32_t',
    flags: 'uint32_t',
    cpu: 'uint32_t',
    batch_size: 'uint32_t',
  });
  koffi.proto('int ring_buffer_sample_fn(void *ctx, void *data, size_t size)');
  // libbpf writes its own messages to stderr; ours say more.
  lib.func('void *libbpf_set_print(void *print)')(null);
  return {
    sizeof: (type: string) => koffi.sizeof(type),
    errno: () => koffi.errno(),
    possibleCpus: lib.func('int libbpf_num_possible_cpus()') as () => number,
    objectOpen: lib.func(
      'void *bpf_object__open_file(const char *path, const bpf_object_open_opts *opts)',
    ) as (path: string, options: object) => Pointer,
    objectLoad: lib.func('int bpf_object__load(void *object)') as (object: Pointer) => number,
    objectClose: lib.func('void bpf_object__close(void *object)') as (object: Pointer) => void,
    findMap: lib.func('void *bpf_object__find_map_by_name(void *object, const char *name)') as (
      object: Pointer,
      name: string,
    ) => Pointer,
    mapFd: lib.func('int bpf_map__fd(void *map)') as (map: Pointer) => number,
    mapReuse: lib.func('int bpf_map__reuse_fd(void *map, int fd)') as (
      map: Pointer,
      fd: number,
    ) => number,
    setMaxEntries: lib.func('int bpf_map__set_max_entries(void *map, uint32_t entries)') as (
      map: Pointer,
      entries: number,
    ) => number,
    findProgram: lib.func(
      'void *bpf_object__find_program_by_name(void *object, const char *name)',
    ) as (object: Pointer, name: string) => Pointer,
    setAutoload: lib.func('int bpf_program__set_autoload(void *program, bool load)') as (
      program: Pointer,
      load: boolean,
    ) => number,
    programFd: lib.func('int bpf_program__fd(void *program)') as (program: Pointer) => number,
    probeProgram: lib.func('int libbpf_probe_bpf_prog_type(int type, const void *opts)') as (
      type: number,
      options: null,
    ) => number,
    probeMap: lib.func('int libbpf_probe_bpf_map_type(int type, const void *opts)') as (
      type: number,
      options: null,
    ) => number,
    probeHelper: lib.func(
      'int libbpf_probe_bpf_helper(int program, int helper, const void *opts)',
    ) as (program: number, helper: number, options: null) => number,
    objectInfo: lib.func(
      'int bpf_obj_get_info_by_fd(int fd, void *info, _Inout_ uint32_t *size)',
    ) as (fd: number, info: Buffer, size: number[]) => number,
    pin: lib.func('int bpf_obj_pin(int fd, const char *path)') as (
      fd: number,
      path: string,
    ) => number,
    get: lib.func('int bpf_obj_get(const char *path)') as (path: string) => number,
    mapLookup: lib.func('int bpf_map_lookup_elem(int fd, const void *key, void *value)') as (
      fd: number,
      key: Buffer,
      value: Buffer,
    ) => number,
    mapUpdate: lib.func(
      'int bpf_map_update_elem(int fd, const void *key, const void *value, uint64_t flags)',
    ) as (fd: number, key: Buffer, value: Buffer, flags: number) => number,
    mapUpdateAsync: lib.func(
      'int bpf_map_update_elem(int fd, const void *key, const void *value, uint64_t flags)',
    ).async as (
      fd: number,
      key: Buffer,
      value: Buffer,
      flags: number,
      done: (error: unknown, result: number) => void,
    ) => void,
    mapDelete: lib.func('int bpf_map_delete_elem(int fd, const void *key)') as (
      fd: number,
      key: Buffer,
    ) => number,
    mapNextKey: lib.func('int bpf_map_get_next_key(int fd, const void *key, void *next)') as (
      fd: number,
      key: Buffer | null,
      next: Buffer,
    ) => number,
    mapUpdateBatch: lib.func(
      'int bpf_map_update_batch(int fd, const void *keys, const void *values, _Inout_ uint32_t *count, const void *opts)',
    ) as (fd: number, keys: Buffer, values: Buffer, count: number[], options: null) => number,
    mapLookupBatch: lib.func(
      'int bpf_map_lookup_batch(int fd, void *from, void *next, void *keys, void *values, _Inout_ uint32_t *count, const void *opts)',
    ) as (
      fd: number,
      from: Buffer | null,
      next: Buffer,
      keys: Buffer,
      values: Buffer,
      count: number[],
      options: null,
    ) => number,
    mapDeleteBatch: lib.func(
      'int bpf_map_delete_batch(int fd, const void *keys, _Inout_ uint32_t *count, const void *opts)',
    ) as (fd: number, keys: Buffer, count: number[], options: null) => number,
    mapCreate: lib.func(
      'int bpf_map_create(int type, const char *name, uint32_t key, uint32_t value, uint32_t entries, const void *opts)',
    ) as (
      type: number,
      name: string,
      key: number,
      value: number,
      entries: number,
      options: null,
    ) => number,
    programAttach: lib.func(
      'int bpf_prog_attach(int program, int target, int type, unsigned int flags)',
    ) as (program: number, target: number, type: number, flags: number) => number,
    hookCreate: lib.func('int bpf_tc_hook_create(bpf_tc_hook *hook)') as (hook: object) => number,
    hookDestroy: lib.func('int bpf_tc_hook_destroy(bpf_tc_hook *hook)') as (hook: object) => number,
    attach: lib.func('int bpf_tc_attach(const bpf_tc_hook *hook, _Inout_ bpf_tc_opts *opts)') as (
      hook: object,
      options: object,
    ) => number,
    detach: lib.func('int bpf_tc_detach(const bpf_tc_hook *hook, const bpf_tc_opts *opts)') as (
      hook: object,
      options: object,
    ) => number,
    query: lib.func('int bpf_tc_query(const bpf_tc_hook *hook, _Inout_ bpf_tc_opts *opts)') as (
      hook: object,
      options: object,
    ) => number,
    testRun: lib.func('int bpf_prog_test_run_opts(int fd, _Inout_ bpf_test_run_opts *opts)') as (
      fd: number,
      options: object,
    ) => number,
    ringBufferNew: lib.func(
      'void *ring_buffer__new(int fd, ring_buffer_sample_fn *sample, void *ctx, const void *opts)',
    ) as (fd: number, sample: bigint, context: null, options: null) => Pointer,
    ringBufferFree: lib.func('void ring_buffer__free(void *buffer)') as (buffer: Pointer) => void,
    ringBufferConsume: lib.func('int ring_buffer__consume(void *buffer)') as (
      buffer: Pointer,
    ) => number,
    ringBufferEpollFd: lib.func('int ring_buffer__epoll_fd(void *buffer)') as (
      buffer: Pointer,
    ) => number,
    flock: libc.func('int flock(int fd, int operation)') as (
      fd: number,
      operation: number,
    ) => number,
    clockGettime: libc.func('int clock_gettime(int clock, void *time)') as (
      clock: number,
      time: Buffer,
    ) => number,
    epollWait: libc.func('int epoll_wait(int fd, void *events, int max, int timeout_ms)').async as (
      fd: number,
      events: Buffer,
      max: number,
      timeoutMs: number,
      done: (error: unknown, result: number) => void,
    ) => void,
    register: (sample: (context: unknown, data: bigint, size: number) => number) =>
      koffi.register(sample, 'ring_buffer_sample_fn *'),
    unregister: (callback: bigint) => koffi.unregister(callback),
    view: (data: bigint, size: number) => Buffer.from(koffi.view(data, size)),
  };
}

let bound: ReturnType<typeof declare> | undefined;

/** libbpf through koffi, bound on first use. @throws KernelError `no-library`. */
export function libbpf(): ReturnType<typeof declare> {
  bound ??= declare();
  return bound;
}

/**
 * Named in the callback of an asynchronous call, buffers outlive the call: the garbage collector would take their memory
 * from under the thread that makes it.
 */
export function keepAlive(..._buffers: readonly Buffer[]): void {}
