/** Principals that a workload may have acted for; that it is not known for whom is one more possibility (rule D2). */
export class PossiblePrincipals {
  #isKnown: boolean | undefined;
  /** Of each of these it is one at least. */
  readonly #some: (readonly string[])[] = [];
  readonly #none = new Set<string>();

  actsForOneOf(principals: readonly string[], choose: () => boolean): boolean | undefined {
    this.#isKnown ??= choose();
    if (!this.#isKnown) return undefined;
    if (principals.every((one) => this.#none.has(one))) return false;
    const isLeft = (one: string) => !this.#none.has(one) && !principals.includes(one);
    if (this.#some.some((several) => !several.some(isLeft))) return true;
    const answer = choose();
    if (answer) this.#some.push(principals);
    else for (const one of principals) this.#none.add(one);
    return answer;
  }
}
