import { isError } from '../../src/policy/index.ts';
import { compile, type RuleSet, rulesForGroup } from '../../src/rules/index.ts';
import { loadPolicies } from '../../src/source/index.ts';
import { ownGroup } from './own-group.ts';
import type { PolicySource, SourceListener } from './policy-source.ts';
import { PolicyWatch } from './policy-watch.ts';

/** A policy folder on this machine, followed as it is edited. */
export class FolderSource implements PolicySource {
  readonly description: string;
  readonly #dir: string;
  readonly #group: string | undefined;
  #watch: PolicyWatch | undefined;

  /** @param group whose gateway this is; by default of the only group that the policies describe */
  constructor(dir: string, group?: string) {
    this.#dir = dir;
    this.#group = group;
    this.description = `policies in ${dir}`;
  }

  async start(listener: SourceListener): Promise<void> {
    this.#watch = new PolicyWatch(this.#dir, () => this.#load(listener));
    await this.#watch.start();
    await this.#load(listener);
  }

  reload(): void {
    this.#watch?.trigger();
  }

  async stop(): Promise<void> {
    await this.#watch?.stop();
  }

  async #load(listener: SourceListener): Promise<void> {
    const startedAt = performance.now();
    let ruleSet: RuleSet;
    let group: string | undefined;
    try {
      const { problems: all, policySet } = await loadPolicies(this.#dir);
      const problems = all.filter(isError);
      const [first] = problems;
      if (first) {
        const place = `${first.file}:${first.line}:${first.column} ${first.code} ${first.message}`;
        const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
        listener.reject({ problems, message: `${place}${more}` });
        return;
      }
      const compiled = compile(policySet);
      group = ownGroup(compiled, this.#group);
      ruleSet = group === undefined ? compiled : rulesForGroup(compiled, group);
    } catch (error) {
      listener.reject({ problems: [], message: (error as Error).message });
      return;
    }
    await listener.update({
      ruleSet,
      ...(group === undefined ? {} : { group }),
      origin: {},
      startedAt,
    });
  }
}
