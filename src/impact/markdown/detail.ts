/** How much of each part is told. */
export interface Detail {
  readonly agents: number;
  readonly attention: number;
  readonly statements: number;
  /** Agents whose changed destinations are told, and how many of each. */
  readonly openAgents: number;
  readonly changes: number;
  readonly examples: number;
  /** Bytes of the exact change of reach. */
  readonly reach: number;
  /** Characters of policy diff. */
  readonly diff: number;
  readonly isShortened: boolean;
}

const everything: Detail = {
  agents: 200,
  attention: 25,
  statements: 100,
  openAgents: 50,
  changes: 50,
  examples: 3,
  reach: 20_000,
  diff: 20_000,
  isShortened: false,
};
const shorter = { ...everything, examples: 1, isShortened: true };
const short = { ...shorter, agents: 100, attention: 20, statements: 60, reach: 12_000, diff: 8000 };
const brief = { ...short, agents: 50, attention: 15, statements: 30, reach: 8000, diff: 0 };
const figures = { ...brief, openAgents: 0, changes: 0, reach: 4000 };

/** From everything that is worth reading to what any comment can hold. */
export const detailSteps: readonly Detail[] = [
  everything,
  { ...shorter, changes: 25 },
  { ...short, changes: 15, openAgents: 25 },
  { ...short, changes: 10, openAgents: 15 },
  { ...brief, changes: 10, openAgents: 15 },
  { ...brief, changes: 5, openAgents: 10 },
  figures,
  { ...figures, agents: 20, attention: 10, statements: 10, reach: 2000 },
  { ...figures, agents: 5, attention: 3, statements: 0, reach: 500 },
];
