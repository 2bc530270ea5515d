import type { Grant, Region } from '../index.ts';
import type { RuleKnowledge } from './rule-knowledge.ts';

/**
 * What of an agent’s grants can come about: an address that rule N1 keeps from standing for any name is reached under
 * none, and every packet has a source address.
 */
export function possibleGrants(
  agent: string,
  grants: readonly Grant[],
  rules: RuleKnowledge,
): Grant[] {
  const canBe = ({ names, peer, own }: Region) => {
    const isNamed = (names?.some ?? []).length > 0;
    const isNowhere = own?.unknown === true && own.include.length === 0;
    return !isNowhere && (!isNamed || !peer || rules.canLearnAt(agent, peer));
  };
  return grants.flatMap((grant) => {
    const regions = grant.regions.filter(canBe);
    return regions.length > 0 ? [{ ...grant, regions }] : [];
  });
}

/** Whether a region is reached under a learned name only. */
export function isByName({ names }: Region): boolean {
  return (names?.some ?? []).length > 0;
}
