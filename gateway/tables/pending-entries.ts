import type { Maps } from '../kernel/index.ts';
import type { Decoded, structs } from '../layout/index.ts';
import { clauseRecord } from './clause-record.ts';

type Block = Decoded<typeof structs.block>;

/**
 * What has its number already and is still to be written, many entries in few system calls. Nothing reads them before
 * the ruleset that refers to them.
 */
export class PendingEntries {
  #clauses: [number, Decoded<typeof structs.clauseText>][] = [];
  #blocks: (readonly [number, Block])[] = [];

  addClause(number: number, text: string): void {
    this.#clauses.push([number, clauseRecord(text)]);
  }

  addBlocks(blocks: readonly (readonly [number, Block])[]): void {
    this.#blocks.push(...blocks);
  }

  /** @throws KernelError; what is left then is forgotten by {@link forget} */
  write({ sp_clauses, sp_clause_count, sp_blocks }: Maps): void {
    sp_clauses.setAll(this.#clauses);
    // The number may have been another clause's before.
    sp_clause_count.clearPerCpu(this.#clauses.map(([number]) => number));
    sp_blocks.setAll(this.#blocks);
    this.forget();
  }

  forget(): void {
    this.#clauses = [];
    this.#blocks = [];
  }
}
