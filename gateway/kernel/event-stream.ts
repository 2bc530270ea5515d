import { KernelError } from './kernel-error.ts';
import { keepAlive, libbpf, type Pointer } from './libbpf.ts';

/** How long one wait for events may last: within that time `stop` is heeded. */
const WAIT_MS = 250;
/** Records read in one go, some 10 ms of work: whoever floods the buffer must not keep this thread from all else. */
const BATCH = 256;
/** What a full ring buffer can hold at most, in batches. */
const LAST_BATCHES = 128;

/**
 * Drains the ring buffer. A worker thread sleeps on its descriptor; the records are then read synchronously, in this
 * thread: a callback from another thread costs hundreds of times more.
 */
export class EventStream {
  readonly #buffer: Pointer;
  readonly #callback: bigint;
  readonly #epollFd: number;
  #read = 0;
  #stopped = false;
  #finished: Promise<void> = Promise.resolve();

  /**
   * @param onEvent gets a copy of each record
   * @param onFault gets what `onEvent` throws: libbpf's own frames, from which it is called, know no exceptions
   */
  constructor(
    mapFd: number,
    onEvent: (record: Buffer) => void,
    onFault: (error: unknown) => void = () => {},
  ) {
    const lib = libbpf();
    this.#callback = lib.register((_context, data, size) => {
      this.#read++;
      try {
        onEvent(Buffer.from(lib.view(data, Number(size))));
      } catch (error) {
        onFault(error);
      }
      // A negative number ends the reading after this record.
      return this.#read < BATCH ? 0 : -1;
    });
    this.#buffer = lib.ringBufferNew(mapFd, this.#callback, null, null);
    if (this.#buffer === null) {
      throw new KernelError('system-call', 'opening the ring buffer', { errno: lib.errno() });
    }
    this.#epollFd = lib.ringBufferEpollFd(this.#buffer);
  }

  /** Begins to deliver events. */
  start(): void {
    this.#finished = this.#loop();
  }

  /** Reads what is there now, one batch at most. @returns how many records */
  drain(): number {
    this.#read = 0;
    libbpf().ringBufferConsume(this.#buffer);
    return this.#read;
  }

  /** Delivers what is left and lets go of the buffer. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#finished;
    for (let i = 0; i < LAST_BATCHES && this.drain() === BATCH; i++);
    libbpf().ringBufferFree(this.#buffer);
    libbpf().unregister(this.#callback);
  }

  /** More than one batch: the descriptor stays ready, and all else has its turn between. */
  async #loop(): Promise<void> {
    while (!this.#stopped) {
      await this.#wait();
      this.drain();
    }
  }

  #wait(): Promise<void> {
    const events = Buffer.alloc(12);
    return new Promise((resolve) => {
      libbpf().epollWait(this.#epollFd, events, 1, WAIT_MS, () => {
        keepAlive(events);
        resolve();
      });
    });
  }
}
