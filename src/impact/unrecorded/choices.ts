/** What a record may leave open. */
export type Unrecorded = 'names' | 'sni' | 'principals' | 'budget';

interface Choice {
  readonly about: Unrecorded;
  readonly answer: boolean;
}

/** Answers to questions that nobody recorded: first all “no”, then, way after way, the last “no” becomes “yes”. */
export class Choices {
  readonly #taken: Choice[] = [];
  #next = 0;

  /** On one way the same questions come in the same order up to where the answers differ. */
  choose(about: Unrecorded): boolean {
    const choice = this.#taken[this.#next] ?? { about, answer: false };
    this.#taken[this.#next] = choice;
    this.#next++;
    return choice.answer;
  }

  /** Goes back to the last choice that has another way; says what it is about, undefined where there is none. */
  turn(): Unrecorded | undefined {
    this.#next = 0;
    while (this.#taken.at(-1)?.answer === true) this.#taken.pop();
    const last = this.#taken.pop();
    if (last) this.#taken.push({ ...last, answer: true });
    return last?.about;
  }
}
