import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { formatAddress } from '../../src/policy/index.ts';
import { checkId, parseRegistration, type Registration } from './registration.ts';

/** A registration as it is kept. */
export interface WorkloadRecord extends Registration {
  readonly id: string;
  /** Who registered it: an identity of a client certificate; `null`: somebody on this machine. */
  readonly by: string | null;
  /** CLOCK_BOOTTIME, ns: until when it holds. */
  readonly lease: bigint;
  /** The agent that the rules in force make it; `null`: none. */
  readonly agent: string | null;
  /** ISO 8601. */
  readonly registeredAt: string;
}

export interface LoadedRecords {
  readonly records: readonly WorkloadRecord[];
  /** What could not be read, and why: it counts as not registered. */
  readonly faults: readonly string[];
}

/**
 * Registrations of this boot, one file each, so that the next process knows them. Leases are times of CLOCK_BOOTTIME:
 * the folder lies in a file system that a reboot empties, as it empties the kernel's tables.
 */
export class RecordFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  load(): LoadedRecords {
    const records: WorkloadRecord[] = [];
    const faults: string[] = [];
    for (const name of existsSync(this.#path) ? readdirSync(this.#path) : []) {
      const path = join(this.#path, name);
      if (!name.endsWith('.json')) {
        rmSync(path, { recursive: true, force: true });
        continue;
      }
      try {
        records.push(readRecord(name.slice(0, -'.json'.length), readFileSync(path, 'utf8')));
      } catch (error) {
        faults.push(`${path}: ${(error as Error).message}`);
        rmSync(path, { recursive: true, force: true });
      }
    }
    return { records, faults };
  }

  /** Whole or not at all. */
  write(record: WorkloadRecord): void {
    const path = join(this.#path, `${record.id}.json`);
    const draft = join(this.#path, `${record.id}.draft`);
    try {
      mkdirSync(this.#path, { recursive: true, mode: 0o700 });
      writeFileSync(draft, recordText(record), { mode: 0o600 });
      renameSync(draft, path);
    } catch (error) {
      // Better unknown to the next process than known as it was.
      for (const one of [draft, path]) rmSync(one, { force: true });
      throw error;
    }
  }

  remove(id: string): void {
    rmSync(join(this.#path, `${id}.json`), { force: true });
  }
}

function recordText({ addresses, lease, ...record }: WorkloadRecord): string {
  const kept = { ...record, addresses: addresses.map(formatAddress), lease: String(lease) };
  return `${JSON.stringify(kept)}\n`;
}

/** @throws Error for what {@link recordText} did not write */
function readRecord(id: string, text: string): WorkloadRecord {
  checkId(id);
  const { by, lease, agent, registeredAt, id: own, ...body } = JSON.parse(text);
  const texts = [by, agent].every((one) => one === null || typeof one === 'string');
  if (own !== id || !texts || typeof registeredAt !== 'string') throw new Error('is damaged');
  return { ...parseRegistration(body), id, by, lease: BigInt(lease), agent, registeredAt };
}
