import { notHeld, type RuleSet } from '../../src/rules/index.ts';
import { LoweringError } from './candidate-list.ts';

/**
 * What the data plane cannot hold yet is refused by name, so that never less is enforced than is written.
 * @throws LoweringError naming every clause and field
 */
export function refuseWhatIsNotHeld(ruleSet: RuleSet): void {
  const found = notHeld(ruleSet).map(({ subject, what }) => `${what} of ${subject}`);
  if (found.length === 0) return;
  throw new LoweringError(
    `This version's data plane cannot enforce ${found.join('; ')}. Remove it: the policy must not rely on it.`,
  );
}
