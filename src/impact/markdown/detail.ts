/** How much of each part is told. */
export interface Detail {
  readonly agents: number;
  readonly attention: number;
  readonly statements: number;
  /** Changed destinations of each agent, and the agents with any. */
  readonly changes: number;
  readonly openAgents: number;
  readonly examples: number;
  /** Characters of policy diff. */
  readonly diff: number;
  readonly isShortened: boolean;
}

/** From everything that is worth reading to what any comment can hold. */
export const detailSteps: readonly Detail[] = [
  {
    agents: 200,
    attention: 25,
    statements: 100,
    changes: 50,
    openAgents: 50,
    examples: 3,
    diff: 20_000,
    isShortened: false,
  },
  {
    agents: 200,
    attention: 25,
    statements: 100,
    changes: 25,
    openAgents: 50,
    examples: 1,
    diff: 20_000,
    isShortened: true,
  },
  {
    agents: 100,
    attention: 20,
    statements: 60,
    changes: 15,
    openAgents: 20,
    examples: 1,
    diff: 8000,
    isShortened: true,
  },
  {
    agents: 50,
    attention: 15,
    statements: 30,
    changes: 5,
    openAgents: 10,
    examples: 1,
    diff: 0,
    isShortened: true,
  },
  {
    agents: 20,
    attention: 10,
    statements: 10,
    changes: 0,
    openAgents: 0,
    examples: 0,
    diff: 0,
    isShortened: true,
  },
  {
    agents: 5,
    attention: 3,
    statements: 0,
    changes: 0,
    openAgents: 0,
    examples: 0,
    diff: 0,
    isShortened: true,
  },
];
