import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { environment } from './run-git.ts';

export interface GitObject {
  readonly id: string;
  readonly type: string;
  /** Empty where only the header was asked for. */
  readonly content: Buffer;
}

interface Question {
  readonly withContent: boolean;
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Looks objects up through one `git cat-file --batch-command` that stays: a process for every object would cost more
 * than all the rest of a request. It sees what other processes add.
 */
export class ObjectReader {
  readonly #directory: string;
  readonly #questions: Question[] = [];
  #process: ChildProcessWithoutNullStreams | undefined;
  #chunks: Buffer[] = [];
  #received = 0;
  /** Bytes that must be there before it is worth looking again. */
  #awaited = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** What an expression such as `refs/heads/main^{tree}` stands for; undefined: nothing. */
  async find(expression: string): Promise<GitObject | undefined> {
    return await this.#ask(expression, false);
  }

  /** An object with its content; undefined: there is none. */
  async read(expression: string): Promise<GitObject | undefined> {
    return await this.#ask(expression, true);
  }

  /** Ends the process, when it has answered. */
  async close(): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null) return;
    running.stdin.end();
    await new Promise((resolve) => running.once('close', resolve));
  }

  #ask(expression: string, withContent: boolean): Promise<GitObject | undefined> {
    if (/[\s\0]/.test(expression)) return Promise.resolve(undefined);
    const { stdin } = this.#running();
    return new Promise((resolve, reject) => {
      this.#questions.push({ withContent, resolve, reject });
      stdin.write(`${withContent ? 'contents' : 'info'} ${expression}\n`);
    });
  }

  #running(): ChildProcessWithoutNullStreams {
    if (this.#process) return this.#process;
    const started = spawn('git', ['--git-dir', this.#directory, 'cat-file', '--batch-command'], {
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    started.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    started.stderr.resume();
    const failed = (error: Error) => {
      this.#process = undefined;
      this.#chunks = [];
      this.#received = 0;
      for (const { reject } of this.#questions.splice(0)) reject(error);
    };
    started.stdin.on('error', failed);
    started.on('error', failed);
    started.on('close', () => failed(new Error(`${this.#directory}: git cat-file ended`)));
    this.#process = started;
    return started;
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#received < this.#awaited) return;
    let rest = Buffer.concat(this.#chunks);
    for (let taken = this.#take(rest); taken > 0; taken = this.#take(rest))
      rest = rest.subarray(taken);
    this.#chunks = [rest];
    this.#received = rest.length;
  }

  /** Answers the oldest question if its answer is all there; returns how many bytes that took. */
  #take(buffer: Buffer): number {
    this.#awaited = 0;
    const [question] = this.#questions;
    const end = buffer.indexOf(10);
    if (!question || end < 0) return 0;
    const [id = '', type = '', size = ''] = buffer.toString('utf8', 0, end).split(' ');
    const found = /^[0-9a-f]{40}$/.test(id) && /^\d+$/.test(size);
    // The content is followed by a newline of its own.
    const length = end + 1 + (found && question.withContent ? Number(size) + 1 : 0);
    if (buffer.length < length) {
      this.#awaited = length;
      return 0;
    }
    this.#questions.shift();
    const content = Buffer.from(buffer.subarray(end + 1, Math.max(end + 1, length - 1)));
    question.resolve(found ? { id, type, content } : undefined);
    return length;
  }
}
