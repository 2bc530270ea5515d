/** Lines that wait to be written: so many bytes at most, for a disk may be slow or full. */
export class PendingLines {
  readonly #limit: number;
  #lines: string[] = [];
  #sizes: number[] = [];
  #head = 0;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get count(): number {
    return this.#lines.length - this.#head;
  }

  /** Whether there was room for it. */
  add(line: string): boolean {
    const size = Buffer.byteLength(line);
    if (this.#bytes + size > this.#limit) return false;
    this.#lines.push(line);
    this.#sizes.push(size);
    this.#bytes += size;
    return true;
  }

  /** The first lines, as many as fit into so many bytes and at least one; they stay until {@link remove}. */
  peek(bytes: number): { readonly data: Buffer; readonly count: number } {
    let end = this.#head;
    let size = 0;
    while (end < this.#lines.length) {
      size += this.#sizes[end] ?? 0;
      if (size > bytes && end > this.#head) break;
      end++;
    }
    return {
      data: Buffer.from(this.#lines.slice(this.#head, end).join('')),
      count: end - this.#head,
    };
  }

  remove(count: number): void {
    for (let i = 0; i < count; i++) this.#bytes -= this.#sizes[this.#head + i] ?? 0;
    this.#head += count;
    if (this.#head * 2 < this.#lines.length) return;
    this.#lines = this.#lines.slice(this.#head);
    this.#sizes = this.#sizes.slice(this.#head);
    this.#head = 0;
  }
}
