import {
  getCedarSDKVersion,
  preparsePolicySet,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import { ParseCache, parsePolicies } from '../src/policy/index.ts';
import { compile, createEvaluator, type RuleSet } from '../src/rules/index.ts';
import { type Asked, askedOf } from './cedar-flows.ts';
import { agentPolicies, expressible, guardrailPolicies } from './cedar-policies.ts';
import { languageCase } from './language-case.ts';
import type { Part } from './part.ts';
import { heldBytes, mebibytes, msText, timed } from './timed.ts';

const agents = 1000;
const clausesEach = 100;
const flows = 20_000;
/** One policy set of everything is so much slower that fewer flows must do. */
const flowsOfOneSet = 20;
const everything = 'everything';

export const cedarPart: Part = {
  name: 'cedar',
  title: 'the same decisions by Cedar, a general policy engine',
  async measure(progress) {
    const { files, clauses } = languageCase(agents, clausesEach);
    progress('our rules');
    const ours = await measured(() => {
      const { policySet } = parsePolicies(files, [], new ParseCache());
      const ruleSet = expressible(compile(policySet));
      return { ruleSet, evaluator: createEvaluator(ruleSet) };
    });
    const { ruleSet, evaluator } = ours.value;
    const texts = cedarTexts(ruleSet);
    const asked = askedOf(ruleSet, flows);
    const decide = ({ flow }: Asked) => evaluator.decide(flow).decision;
    progress('Cedar, a policy set for each agent');
    const sliced = await measured(() => {
      for (const [name, staticPolicies] of texts) load(name, staticPolicies);
    });
    const inSlice = ({ agent, call }: Asked) => ask(call, agent);
    progress('Cedar, one policy set');
    const whole = await measured(() => load(everything, Object.assign({}, ...texts.values())));
    const inWhole = ({ call }: Asked) => ask(call, everything);
    progress('decisions');
    const answers = asked.map(decide);
    const disagreeing = asked.filter(
      (one, i) => inSlice(one) !== answers[i] || (i < flowsOfOneSet && inWhole(one) !== answers[i]),
    );
    if (disagreeing.length > 0) {
      throw new Error(`${disagreeing.length} flows are decided otherwise: ${text(disagreeing[0])}`);
    }
    const allowed = answers.filter((answer) => answer === 'allow').length;
    const rates = [
      rateOf(asked, decide),
      rateOf(asked, inSlice),
      rateOf(asked.slice(0, flowsOfOneSet), inWhole),
    ] as const;
    const [best] = rates;
    return {
      title: 'Beside a general engine: Cedar',
      method: `The ${clauses.toLocaleString('en')} clauses above without windows, last days and destinations that are agents, which Cedar cannot say as such, each as one Cedar policy (\`permit\` or \`forbid\`; addresses by \`isInRange\`, hosts by \`==\` and \`like\`, ports by \`contains\`), in @cedar-policy/cedar-wasm ${getCedarSDKVersion()}. Policy sets are parsed beforehand and kept by the engine (\`preparsePolicySet\`), requests carry the agent and its guardrails as one entity, without schema. “A policy set for each agent” is how one would slice by hand: its own clauses and those of its guardrails. ${flows.toLocaleString('en')} flows, ${Math.round((100 * allowed) / flows)} % of them allowed; both engines gave the same decision on every one (in the one set of everything ${flowsOfOneSet} were asked). Cedar’s rates include handing the request to WebAssembly as JSON, which its native Rust library need not do; ours include the clause and the reason, Cedar’s the list of policies that determined the answer. Cedar is a general language: roles, attributes, hierarchies of entities, any condition over them, validation against a schema, and analysis by its own tools, none of which we have. From text means YAML with positions and checks here, Cedar policies there. Memory of Cedar is the growth of the process.`,
      columns: ['', 'Sallyport', 'Cedar, a policy set for each agent', 'Cedar, one policy set'],
      rows: [
        ['decisions a second', ...rates.map((rate) => rounded(rate))],
        ['one decision, µs', ...rates.map((rate) => msText(1e6 / rate))],
        ['times as long as here', ...rates.map((rate) => (best / rate).toFixed(1))],
        ['from text to ready, ms', ...[ours, sliced, whole].map(({ ms }) => msText(ms))],
        [
          'memory once ready',
          mebibytes(ours.heap),
          ...[sliced, whole].map(({ resident }) => mebibytes(resident)),
        ],
      ],
    };
  },
};

/** Cedar policies for each agent: its own, and those of the guardrails above it. */
function cedarTexts(ruleSet: RuleSet): Map<string, Record<string, string>> {
  const above = new Map(ruleSet.guardrails.map((one) => [one.name, guardrailPolicies(one)]));
  return new Map(
    ruleSet.agents.map((agent) => [
      agent.name,
      Object.assign({}, ...agent.guardrails.map((name) => above.get(name)), agentPolicies(agent)),
    ]),
  );
}

function load(name: string, staticPolicies: Record<string, string>): void {
  const answer = preparsePolicySet(name, { staticPolicies });
  if (answer.type === 'failure') throw new Error(answer.errors.map(String).join('\n'));
}

function ask(call: Asked['call'], preparsedPolicySetId: string): string {
  const answer = statefulIsAuthorized({ ...call, preparsedPolicySetId });
  if (answer.type === 'failure') throw new Error(answer.errors.map(text).join('\n'));
  const { errors } = answer.response.diagnostics;
  if (errors.length > 0) throw new Error(text(errors[0]));
  return answer.response.decision;
}

/** Decisions a second, after a round that warms up. */
function rateOf(asked: readonly Asked[], decide: (one: Asked) => string): number {
  for (const one of asked) decide(one);
  const started = performance.now();
  for (const one of asked) decide(one);
  return (asked.length / (performance.now() - started)) * 1000;
}

async function measured<T>(work: () => T) {
  const heap = heldBytes();
  const { rss } = process.memoryUsage();
  const { value, ms } = await timed(work);
  const held = heldBytes();
  return { value, ms, heap: held - heap, resident: process.memoryUsage().rss - rss };
}

function rounded(rate: number): string {
  return Number(rate.toPrecision(2)).toLocaleString('en');
}

function text(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? String(part) : part));
}
