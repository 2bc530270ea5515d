import { KernelError } from './kernel-error.ts';
import { libbpf, type Pointer } from './libbpf.ts';

/** How long one wait for events may last: within that time `stop` is heeded. */
const WAIT_MS = 250;

/**
 * Drains the ring buffer. A worker thread sleeps on its descriptor; the records are then read synchronously, in this
 * thread: a callback from another thread costs hundreds of times more.
 */
export class EventStream {
  readonly #buffer: Pointer;
  readonly #callback: bigint;
  readonly #epollFd: number;
  #stopped = false;
  #finished: Promise<void> = Promise.resolve();

  /** @param onEvent gets a copy of each record */
  constructor(mapFd: number, onEvent: (record: Buffer) => void) {
    const lib = libbpf();
    this.#callback = lib.register((_context, data, size) => {
      onEvent(Buffer.from(lib.view(data, Number(size))));
      return 0;
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

  /** Reads what is there now. @returns how many records */
  drain(): number {
    return libbpf().ringBufferConsume(this.#buffer);
  }

  /** Delivers what is left and lets go of the buffer. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#finished;
    this.drain();
    libbpf().ringBufferFree(this.#buffer);
    libbpf().unregister(this.#callback);
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      await this.#wait();
      this.drain();
    }
  }

  #wait(): Promise<void> {
    const events = Buffer.alloc(12);
    return new Promise((resolve) => {
      libbpf().epollWait(this.#epollFd, events, 1, WAIT_MS, () => resolve());
    });
  }
}
