import type { PolicySet } from '../policy/index.ts';

/** A line of a policy file, as it stands before or after the change. */
export interface Place {
  readonly side: 'before' | 'after';
  /** Relative to the policy folder, with forward slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Finds where a document (`AgentPolicy/a`) or clause (`AgentPolicy/a#crm`) is written. */
export type FindPlace = (id: string) => Place | null;

/** Looks in the policies after the change first; what is gone from them stands before. */
export function placesIn(before: PolicySet, after: PolicySet): FindPlace {
  const places = new Map([...placesOf(before, 'before'), ...placesOf(after, 'after')]);
  return (id) => places.get(id) ?? null;
}

function* placesOf(
  { agents, guardrails }: PolicySet,
  side: Place['side'],
): Generator<[string, Place]> {
  for (const { kind, metadata, position, allow, deny } of [...agents, ...guardrails]) {
    const document = `${kind}/${metadata.name}`;
    yield [document, { side, file: position.file, line: position.line }];
    for (const clause of [...deny, ...allow]) {
      const { file, line } = clause.position;
      yield [`${document}#${clause.id}`, { side, file, line }];
    }
  }
}
