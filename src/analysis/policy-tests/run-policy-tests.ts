import {
  formatAddress,
  makeProblem,
  type PolicySet,
  type PolicyTestCase,
  type Problem,
} from '../../policy/index.ts';
import { createEvaluator, type Flow, type RuleSet, type Verdict } from '../../rules/index.ts';
import { testGround } from './case-flow.ts';

/** What came of one case. Where it stands is `case.position`. */
export interface PolicyTestResult {
  /** Name of the PolicyTest. */
  readonly test: string;
  /** Of the case in its document, from 1. */
  readonly number: number;
  readonly case: PolicyTestCase;
  /** What was judged in its place. */
  readonly flow: Flow;
  readonly verdict: Verdict;
  readonly ok: boolean;
}

/**
 * Judges the cases of all PolicyTests by the reference evaluator, in order. A name in `to` means learned, with equal
 * SNI; what a case does not say (`at`, `onBehalfOf`) is not known (rule D2).
 */
export function runPolicyTests({ tests }: PolicySet, ruleSet: RuleSet): PolicyTestResult[] {
  if (tests.length === 0) return [];
  const { flowOf, registrations } = testGround(ruleSet);
  const evaluator = createEvaluator(ruleSet, { registrations });
  return tests.flatMap(({ metadata, cases }) =>
    cases.map((one, index) => {
      const flow = flowOf(one);
      const verdict = evaluator.decide(flow);
      const ok = isAsExpected(one, verdict);
      return { test: metadata.name, number: index + 1, case: one, flow, verdict, ok };
    }),
  );
}

function isAsExpected(one: PolicyTestCase, { decision, clause }: Verdict): boolean {
  const expected = expectedClause(one);
  return decision === one.expect && (expected === undefined || clause === expected);
}

/** A bare id means a clause of the agent itself. */
function expectedClause({ agent, clause }: PolicyTestCase): string | null | undefined {
  return clause == null || clause.includes('#') ? clause : `AgentPolicy/${agent}#${clause}`;
}

/** The failed cases as errors at their places: whoever enforces must not go on. */
export function testProblems(results: readonly PolicyTestResult[]): Problem[] {
  return results
    .filter(({ ok }) => !ok)
    .map(({ case: one, verdict }) =>
      makeProblem(
        'testFailed',
        one.position,
        `${describeCase(one)}: expected ${expectationText(one)}, but it comes to ${verdictText(verdict)}`,
        'correct the policy, or the case if it promises what is no longer meant',
      ),
    );
}

/** One line for people: `fraud-scorer → api.example.com https/443 for group:analysts`. */
export function describeCase({
  agent,
  to,
  protocol,
  port,
  onBehalfOf,
  at,
}: PolicyTestCase): string {
  const destination =
    to.kind === 'name' ? to.name : to.kind === 'agent' ? to.agent : formatAddress(to.address);
  const shown = port ?? (protocol === 'https' || protocol === 'tls' ? 443 : undefined);
  return [
    `${agent} → ${destination} ${protocol}${shown === undefined ? '' : `/${shown}`}`,
    ...(onBehalfOf ? [`for ${onBehalfOf.length === 0 ? 'nobody' : onBehalfOf.join(', ')}`] : []),
    ...(at === undefined ? [] : [`at ${new Date(at).toISOString().replace('.000Z', 'Z')}`]),
  ].join(' ');
}

/** ``allow by `AgentPolicy/a#crm` ``. */
export function expectationText(one: PolicyTestCase): string {
  const clause = expectedClause(one);
  if (clause === undefined) return one.expect;
  return `${one.expect} by ${clause === null ? 'no clause' : `\`${clause}\``}`;
}

/** ``deny (`no-clause`)``, ``allow (`allowed` by `AgentPolicy/a#crm`)``. */
export function verdictText({ decision, reason, clause, mode }: Verdict): string {
  const by = clause === null ? '' : ` by \`${clause}\``;
  const audit = mode === 'audit' && reason === 'would-deny' ? '; the agent is in audit' : '';
  return `${decision} (\`${reason}\`${by}${audit})`;
}
