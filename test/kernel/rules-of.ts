import { isError, parsePolicies } from '../../src/policy/index.ts';
import { compile, type RuleSet } from '../../src/rules/index.ts';

/** Policies (YAML) as rules. @throws if they are not in order */
export function rulesOf(policies: string): RuleSet {
  const { policySet, problems } = parsePolicies([{ path: 'test.yaml', text: policies }]);
  const errors = problems.filter(isError);
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return compile(policySet);
}
