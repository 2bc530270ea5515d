export { changedItems, changedRules } from './changed-rules.ts';
export { refineDefault } from './default-reason.ts';
export { allowClauses, egressRules, type Pair, remarkIn } from './egress-rules.ts';
export { admissionRules, elsewhereRules } from './ingress-rules.ts';
export { Lowering } from './lowering.ts';
export { builtinCidrs, mayRegister, type Party, partiesOf, resolversOf } from './party.ts';
export { canAllow, canDeny, type Rule, rule, type SpendableBudget } from './rule.ts';
export { RuleList } from './rule-list.ts';
