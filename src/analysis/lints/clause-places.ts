import type { WrittenClause } from '../written-clauses.ts';

/** Clauses by what the rules call them, for texts that name one and say where it stands. */
export class ClausePlaces {
  readonly #clauses: ReadonlyMap<string, WrittenClause>;

  constructor(clauses: readonly WrittenClause[]) {
    this.#clauses = new Map(clauses.map((clause) => [clause.fullId, clause]));
  }

  find(fullId: string): WrittenClause | undefined {
    return this.#clauses.get(fullId);
  }

  /** `` `AgentPolicy/a#crm` (a.yaml:7) ``; what is built in stands nowhere. */
  textOf(fullId: string): string {
    const position = this.#clauses.get(fullId)?.position;
    return position ? `\`${fullId}\` (${position.file}:${position.line})` : `\`${fullId}\``;
  }
}
