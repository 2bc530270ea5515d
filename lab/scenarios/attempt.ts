import type { Client } from '../clients/index.ts';
import type { HostName } from '../net/index.ts';

/** Something that a program on some host tries to do over the network, and how it must end for that program. */
export interface Attempt {
  /** One sentence that is true when the outcome is the expected one. */
  readonly says: string;
  readonly from: HostName;
  readonly client: Client;
  /**
   * `answered`: it got what it asked for. `silence`: nothing came back, as from a host that is not there. `refused`: the
   * gateway told it that it may not ask.
   */
  readonly expect: 'answered' | 'silence' | 'refused';
  /** What the answer must hold. */
  readonly answer?: string;
}

/** Attempts that together show one thing. */
export interface Scenario {
  readonly name: string;
  /** What is attempted, in a few words. */
  readonly about: string;
  readonly attempts: readonly Attempt[];
  /** One after the other, since a later attempt relies on an earlier one; else all at once. */
  readonly inOrder?: true;
}

/** How an attempt went, in the words of the program that made it. */
interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

/** Whether the program got what the attempt expects. Any third outcome, such as a refusal or a bad certificate, is neither. */
export function isAsExpected({ client, expect, answer }: Attempt, outcome: Outcome): boolean {
  const { refusal, exitCodes } = client;
  const isRefused = refusal !== undefined && outcome.output.includes(refusal);
  return (
    exitCodes[expect === 'refused' ? 'answered' : expect].includes(outcome.exitCode) &&
    isRefused === (expect === 'refused') &&
    (answer === undefined || outcome.output.includes(answer))
  );
}

/** The same attempts where nothing governs: whatever is denied gets through. It shows that only the gateway denies it. */
export function ungoverned({ name, about, attempts }: Scenario): Scenario {
  return {
    about,
    name: `${name}-ungoverned`,
    attempts: attempts.map((attempt) => ({ ...attempt, expect: 'answered' })),
  };
}
