import type { AgentPolicy, Guardrail, PolicySet, Position } from '../policy/index.ts';

/** What all clauses of policies and guardrails have in common. */
export interface WrittenClause {
  readonly document: AgentPolicy | Guardrail;
  readonly effect: 'deny' | 'allow' | 'ingress';
  /** As it stands in its document. */
  readonly id: string;
  /** `AgentPolicy/a#crm`: as the rules call it. */
  readonly fullId: string;
  readonly expires?: string;
  readonly position: Position;
}

/** Every clause of a policy set: documents in order, in each the denies, the allows, then ingress. */
export function writtenClauses({ agents, guardrails }: PolicySet): WrittenClause[] {
  return [...agents, ...guardrails].flatMap((document) => {
    const lists = [
      ['deny', document.deny],
      ['allow', document.allow],
      ['ingress', document.kind === 'AgentPolicy' ? document.ingress : []],
    ] as const;
    const name = `${document.kind}/${document.metadata.name}`;
    return lists.flatMap(([effect, clauses]) =>
      clauses.map(({ id, expires, position }) => ({
        document,
        effect,
        id,
        fullId: `${name}#${id}`,
        ...(expires === undefined ? {} : { expires }),
        position,
      })),
    );
  });
}
