import type { NameTerms, ReachChange, Region } from '../index.ts';
import type { RuleKnowledge } from './rule-knowledge.ts';
import { isEveryAddress } from './set-words.ts';

/**
 * Whether a region takes a coincidence: an address that stands for several names at once, for one that the agent cannot
 * learn, or cannot learn there; the SNI of one kind of host at an address of another; a workload at an address that it
 * hardly has.
 */
export function isRare(
  region: Region,
  change: ReachChange,
  agents: readonly string[],
  rules: RuleKnowledge,
): boolean {
  const { names, sni, own, peer } = region;
  const some = names?.some ?? [];
  const canLearn = (terms: NameTerms) =>
    agents.some(
      (agent) => rules.canLearn(agent, terms) && (!peer || rules.canLearnAt(agent, peer)),
    );
  const isForeignSni = some.length === 0 && names?.none !== undefined && sni?.missing === false;
  const isOddlyOwn =
    own !== undefined &&
    !isEveryAddress(own) &&
    (own.unknown === true || agents.some((agent) => rules.registers(agent)));
  return (
    some.length > 1 ||
    !some.every(canLearn) ||
    (some.length > 0 && isDeniedUnlearned(change, rules)) ||
    isForeignSni ||
    isOddlyOwn
  );
}

/** Allowed by address and denied by a name that whoever is denied it cannot ask for. */
function isDeniedUnlearned(change: ReachChange, rules: RuleKnowledge): boolean {
  const isLess = change.change === 'unreachable';
  const [allowing, denying] = isLess
    ? (['before', 'after'] as const)
    : (['after', 'before'] as const);
  const [allowed, denied] = [change[allowing].clause, change[denying].clause];
  return (
    denied !== null &&
    rules.refusesQuestions(denying, denied) &&
    (allowed === null || !rules.admitsNames(allowing, allowed))
  );
}
