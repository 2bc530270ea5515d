import { type HostPattern, parseHostPattern } from '../../policy/index.ts';
import type { AgentRules, RuleSet } from '../../rules/index.ts';
import type { RuleKnowledge } from './rule-knowledge.ts';

/**
 * A name is learned by the answer to a question that the rules admit: one under some allow pattern, or any at all for
 * an agent in audit. Where neither side of a change admits a question, flows with such a name are never seen.
 */
export function learnableNames(...ruleSets: readonly RuleSet[]): RuleKnowledge['canLearn'] {
  const admitted = new Map<string, AdmittedNames>();
  for (const { agents, guardrails } of ruleSets) {
    const ofGuardrails = new Map(guardrails.map(({ name, allow }) => [name, allow]));
    for (const agent of agents) {
      const names = admitted.get(agent.name) ?? new AdmittedNames();
      admitted.set(agent.name, names);
      if (agent.mode === 'audit') names.admitAll();
      names.admit(agent.allow);
      for (const name of agent.guardrails) names.admit(ofGuardrails.get(name) ?? []);
    }
  }
  return (agent, { include }) => {
    const names = admitted.get(agent);
    return names !== undefined && include.some((pattern) => names.meets(pattern));
  };
}

/** Patterns by their labels, so that asking takes no longer the more there are. */
class AdmittedNames {
  #all = false;
  readonly #exact = new Set<string>();
  readonly #one = new Set<string>();
  readonly #many = new Set<string>();
  /** Of exact names, the names one label up. */
  readonly #parents = new Set<string>();
  /** Every name that some admitted name lies below. */
  readonly #above = new Set<string>();

  admitAll(): void {
    this.#all = true;
  }

  admit(clauses: AgentRules['allow']): void {
    for (const { to } of clauses) {
      if (to.kind === 'any') this.#all = true;
      if (to.kind === 'host') this.#add(to.host);
    }
  }

  #add({ match, suffix }: HostPattern): void {
    const [parent = '', ...others] = parentsOf(suffix);
    for (const name of [parent, ...others]) this.#above.add(name);
    if (match === 'exact') {
      this.#exact.add(suffix);
      this.#parents.add(parent);
    } else {
      this.#above.add(suffix);
      (match === 'one' ? this.#one : this.#many).add(suffix);
    }
  }

  /** Whether some admitted name matches the pattern; `**` is any name. */
  meets(text: string): boolean {
    if (this.#all) return true;
    if (text === '**') return this.#above.size > 0;
    const pattern = parseHostPattern(text);
    // What is no pattern that a clause could have (a wildcard over a public suffix) is taken as one that meets.
    if (typeof pattern === 'string') return this.#above.size > 0;
    const { match, suffix } = pattern;
    const parents = parentsOf(suffix);
    if (parents.some((name) => this.#many.has(name))) return true;
    if (match === 'exact') return this.#exact.has(suffix) || this.#one.has(parents[0] ?? '');
    if (match === 'many') return this.#above.has(suffix);
    return [this.#parents, this.#one, this.#many].some((names) => names.has(suffix));
  }
}

/** `b.c` and `c` of `a.b.c`. */
function parentsOf(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1).map((_, i) => labels.slice(i + 1).join('.'));
}
