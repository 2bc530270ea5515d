import { type Address, formatAddress } from '../../src/policy/index.ts';
import type { RuleSet } from '../../src/rules/index.ts';
import { KernelError } from '../kernel/index.ts';
import type { RuleTables, Workload, WorkloadChange } from '../tables/index.ts';
import { AgentMatcher } from './agent-matcher.ts';
import type { Client } from './client.ts';
import { registryLimits } from './limits.ts';
import type { WorkloadNotice } from './notice.ts';
import { PrincipalHistory } from './principal-history.ts';
import type { RecordFolder, WorkloadRecord } from './record-folder.ts';
import { addressTaken, idTaken, noRoom, notFound, notReady } from './refusals.ts';
import type { Registration } from './registration.ts';

/** E2BIG, ENOMEM and ENOSPC: what the kernel says of a table that takes no more. */
const FULL = new Set([7, 12, 28]);

export interface RegistryOptions {
  readonly tables: Pick<RuleTables, 'changeWorkloads' | 'prolongLeases'>;
  readonly folder: RecordFolder;
  /** CLOCK_BOOTTIME, ns. */
  readonly now: () => bigint;
  readonly tell: (notice: WorkloadNotice) => void;
}

/**
 * Which workloads there are, beside the rules. Everything here happens at once, and in the kernel first; nothing may be
 * called while rules are being applied.
 */
export class WorkloadRegistry {
  readonly #options: RegistryOptions;
  readonly #records = new Map<string, WorkloadRecord>();
  readonly #byAddress = new Map<string, string>();
  readonly #history = new PrincipalHistory();
  #matcher: AgentMatcher | undefined;

  constructor(options: RegistryOptions) {
    this.#options = options;
    const { records, faults } = options.folder.load();
    for (const why of faults) options.tell({ kind: 'not-read', why });
    for (const record of records) this.#keep(record, 0n);
    this.expire();
  }

  /** @returns those that the client may see, by name */
  list(client: Client): WorkloadRecord[] {
    return [...this.#records.values()]
      .filter((record) => client.owns(record))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** @throws RegistryError `not-found` */
  find(client: Client, id: string): WorkloadRecord {
    const record = this.#records.get(id);
    if (record && client.owns(record)) return record;
    throw notFound(id);
  }

  /** Registers a workload, or changes or renews it. @throws RegistryError */
  put(
    client: Client,
    id: string,
    registration: Registration,
  ): { readonly record: WorkloadRecord; readonly created: boolean } {
    const before = this.#records.get(id);
    if (before && !client.owns(before)) throw idTaken(id);
    this.#checkAddresses(id, registration, before);
    if (!this.#matcher) throw notReady();
    const agent = this.#matcher.match(registration);
    client.check(agent, registration.addresses);
    const record: WorkloadRecord = {
      ...registration,
      id,
      by: before ? before.by : client.identity,
      agent,
      lease: this.#leaseOf(registration.ttl),
      registeredAt: before?.registeredAt ?? new Date().toISOString(),
    };
    const gone = before?.addresses.filter((old) => !holds(record, formatAddress(old))) ?? [];
    const generation = this.#change([
      ...gone.map((address) => ({ address, workload: null })),
      ...workloadsOf(record).map((workload) => ({ address: workload.address, workload })),
    ]);
    this.#forget(gone, generation);
    this.#keep(record, generation);
    this.#write(record);
    const kind = !before ? 'registered' : sameButLease(before, record) ? 'renewed' : 'changed';
    this.#options.tell({ kind, workload: record });
    return { record, created: !before };
  }

  /** @param ttl seconds; by default as before. @throws RegistryError */
  renew(client: Client, id: string, ttl?: number): WorkloadRecord {
    const before = this.find(client, id);
    const registration = { ...before, ttl: ttl ?? before.ttl };
    if (this.#matcher) return this.put(client, id, registration).record;
    // The rules in force are another process's: what it has written holds, and can hold longer.
    const record = { ...before, ttl: registration.ttl, lease: this.#leaseOf(registration.ttl) };
    this.#options.tables.prolongLeases(record.addresses, record.lease);
    this.#records.set(id, record);
    this.#write(record);
    this.#options.tell({ kind: 'renewed', workload: record });
    return record;
  }

  /** @throws RegistryError `not-found`, `not-ready` */
  remove(client: Client, id: string): void {
    const record = this.find(client, id);
    if (!this.#matcher) throw notReady();
    this.#end([record], 'removed');
  }

  /** What the kernel has ended by itself is forgotten here too. */
  expire(): void {
    const now = this.#options.now();
    const over = [...this.#records.values()].filter(({ lease }) => lease <= now);
    if (over.length > 0) this.#end(over, 'expired');
  }

  /** Registrations as rules make them that are to be put in force. */
  matched(ruleSet: RuleSet): Workload[] {
    const matcher = new AgentMatcher(ruleSet);
    return [...this.#records.values()].flatMap((record) =>
      workloadsOf({ ...record, agent: agentOf(matcher, record) }),
    );
  }

  /** The rules are in force: from now on they say which agent a workload is. */
  adopt(ruleSet: RuleSet, generation: bigint): void {
    this.#matcher = new AgentMatcher(ruleSet);
    for (const before of [...this.#records.values()]) {
      const record = { ...before, agent: agentOf(this.#matcher, before) };
      if (record.agent === before.agent) continue;
      this.#keep(record, generation);
      this.#write(record);
      const kind = record.agent === null ? 'lost-agent' : 'found-agent';
      this.#options.tell({ kind, workload: record });
    }
  }

  /** Whom a workload acted for under the rules of a generation; `null`: not known. */
  principalsAt(address: string, generation: bigint): readonly string[] | null {
    return this.#history.at(address, generation);
  }

  #end(records: readonly WorkloadRecord[], kind: 'removed' | 'expired'): void {
    const addresses = records.flatMap((record) => record.addresses);
    // Without rules of its own this process leaves what is written: its leases are over.
    const generation = this.#matcher
      ? this.#change(addresses.map((address) => ({ address, workload: null })))
      : 0n;
    for (const record of records) {
      this.#drop(record, generation);
      this.#options.folder.remove(record.id);
      this.#options.tell({ kind, workload: record });
    }
  }

  #checkAddresses(
    id: string,
    { addresses }: Registration,
    before: WorkloadRecord | undefined,
  ): void {
    for (const address of addresses.map(formatAddress)) {
      const other = this.#byAddress.get(address);
      if (other !== undefined && other !== id) throw addressTaken(address);
    }
    const count = this.#byAddress.size - (before?.addresses.length ?? 0) + addresses.length;
    if (count > registryLimits.addresses) throw noRoom(`${registryLimits.addresses} addresses`);
  }

  #change(changes: readonly WorkloadChange[]): bigint {
    try {
      return this.#options.tables.changeWorkloads(changes);
    } catch (error) {
      const isFull = error instanceof KernelError && FULL.has(error.errno ?? 0);
      throw isFull ? noRoom(error.message) : error;
    }
  }

  #leaseOf(ttl: number): bigint {
    return this.#options.now() + BigInt(ttl) * 1_000_000_000n;
  }

  #keep(record: WorkloadRecord, generation: bigint): void {
    this.#records.set(record.id, record);
    for (const address of record.addresses.map(formatAddress)) {
      this.#byAddress.set(address, record.id);
      this.#history.note(address, generation, record.agent === null ? null : record.principals);
    }
  }

  #drop(record: WorkloadRecord, generation: bigint): void {
    this.#records.delete(record.id);
    this.#forget(record.addresses, generation);
  }

  #forget(addresses: readonly Address[], generation: bigint): void {
    for (const address of addresses.map(formatAddress)) {
      this.#byAddress.delete(address);
      this.#history.note(address, generation, null);
    }
  }

  #write(record: WorkloadRecord): void {
    try {
      this.#options.folder.write(record);
    } catch (error) {
      this.#options.tell({ kind: 'not-kept', why: `${record.id}: ${(error as Error).message}` });
    }
  }
}

function workloadsOf({ addresses, agent, principals, lease }: WorkloadRecord): Workload[] {
  if (agent === null) return [];
  const known = principals ? { principals } : {};
  return addresses.map((address) => ({ address, agent, lease, ...known }));
}

function agentOf(matcher: AgentMatcher, record: WorkloadRecord): string | null {
  try {
    return matcher.match(record);
  } catch {
    return null;
  }
}

function holds({ addresses }: Registration, address: string): boolean {
  return addresses.some((one) => formatAddress(one) === address);
}

function sameButLease(before: WorkloadRecord, after: WorkloadRecord): boolean {
  const text = ({ addresses, labels, principals, agent }: WorkloadRecord) =>
    JSON.stringify([addresses.map(formatAddress), Object.entries(labels), principals, agent]);
  return text(before) === text(after);
}
