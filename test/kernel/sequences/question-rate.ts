import type { RuleSet } from '../../../src/rules/index.ts';

type Limits = Readonly<Record<'guardrails' | 'policy', number>>;

const minute = 60;

/** How many questions a minute go out (rule N2): a bucket of a minute's, which a test is too short to see filled again. */
export class QuestionRate {
  readonly #level = new Map<string, number>();
  #limits: ReadonlyMap<string, Limits> = new Map();

  use({ agents, guardrails }: RuleSet): void {
    this.#limits = new Map(
      agents.map((agent) => {
        const above = guardrails.filter(
          ({ name, mode }) => mode === 'enforce' && agent.guardrails.includes(name),
        );
        return [agent.name, { guardrails: lowest(above), policy: lowest([agent]) }];
      }),
    );
  }

  /** Takes one from a bucket; false where it holds none. */
  take(agent: string, whose: keyof Limits): boolean {
    const gap = minute / (this.#limits.get(agent)?.[whose] ?? Number.POSITIVE_INFINITY);
    const bucket = `${whose} ${agent}`;
    const level = (this.#level.get(bucket) ?? 0) + gap;
    if (gap > 0 && level > minute) return false;
    this.#level.set(bucket, level);
    return true;
  }
}

function lowest(documents: readonly { readonly dns: { maxQueriesPerMinute?: number } }[]): number {
  return Math.min(
    ...documents.map(({ dns }) => dns.maxQueriesPerMinute ?? Number.POSITIVE_INFINITY),
  );
}
