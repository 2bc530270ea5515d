import { formatAddress, harmlessText, type Paint } from '../policy/index.ts';
import type { ExplainedStep, Explanation, Flow } from '../rules/index.ts';

interface TextOptions {
  readonly paint: Paint;
  /** Where a clause is written, `policies/a.yaml:7`; undefined for what is built in. */
  readonly placeOf: (clause: string) => string | undefined;
}

const stages: Readonly<Record<ExplainedStep['stage'], string>> = {
  packet: 'Before any rule',
  'guardrail-deny': 'Guardrails that deny',
  'receiver-guardrail-deny': 'Guardrails of the receiver that deny',
  resolver: 'DNS resolvers of the agent',
  'policy-deny': 'The agent’s own denies',
  quic: 'QUIC',
  'guardrail-allow': 'Guardrails that allow',
  'policy-allow': 'The agent’s own allows',
  default: 'If nothing matches',
  ingress: 'What the receiver lets in',
  'ingress-default': 'If the receiver lets nothing in',
};

/** Every step of a decision with its place, for people. Ends with a line break. */
export function explanationText(
  flow: Flow,
  explanation: Explanation,
  { paint, placeOf }: TextOptions,
): string {
  const { steps, source, destination } = explanation;
  const lines = [
    paint.strong(show(flowText(flow))),
    `  source       ${show(source)}`,
    `  destination  ${show(destination ?? `${formatAddress(flow.dst)} belongs to no agent`)}`,
  ];
  for (const [stage, group] of runsOf(steps)) {
    lines.push('', paint.strong(stages[stage]));
    for (const step of group) lines.push(...stepLines(step));
  }
  return `${lines.join('\n')}\n\n${verdictLine(explanation)}\n`;

  function stepLines({ clause, matched, decided, effect, failed, note }: ExplainedStep): string[] {
    const place = clause === null ? undefined : (placeOf(clause) ?? 'built in');
    const mark = decided ? '▶' : matched ? '•' : '·';
    const name = clause === null ? (note ?? effect) : clause;
    const head = `${show(name)}${place === undefined ? '' : `  ${paint.faint(show(place))}`}`;
    const said = [
      ...failed,
      ...(note !== null && clause !== null ? [note] : []),
      ...(decided ? [`decides: ${effectText(explanation)}`] : []),
    ];
    const body = said.map((text) => `      ${decided ? paint.strong(show(text)) : show(text)}`);
    if (clause === null && !matched) return failed.map((text) => `  ${mark} ${show(text)}`);
    return [`  ${mark} ${decided ? paint.strong(head) : head}`, ...body];
  }
}

/** Steps in order by stage; of the clauses of one id, which the built-in guardrail has, those that fail are one step. */
function runsOf(steps: readonly ExplainedStep[]): [ExplainedStep['stage'], ExplainedStep[]][] {
  const runs: [ExplainedStep['stage'], ExplainedStep[]][] = [];
  for (const step of steps) {
    const run = runs.at(-1);
    const last = run?.[1].at(-1);
    if (!run || run[0] !== step.stage) runs.push([step.stage, [step]]);
    else if (last && isSameFailure(last, step)) {
      run[1][run[1].length - 1] = { ...last, failed: [...last.failed, ...step.failed] };
    } else run[1].push(step);
  }
  return runs;
}

function isSameFailure(one: ExplainedStep, other: ExplainedStep): boolean {
  return one.clause !== null && one.clause === other.clause && !one.matched && !other.matched;
}

/** `invoice-processor → 192.0.2.1 (api.example.com) tcp 443, SNI api.example.com`. */
function flowText({
  agent,
  src,
  dst,
  names = [],
  sni,
  protocol,
  port,
  at,
  onBehalfOf,
  spent,
}: Flow): string {
  const sender = [agent, src && formatAddress(src)].filter((part) => part !== undefined);
  const known = names.length > 0 ? ` (${names.join(', ')})` : '';
  const name = typeof protocol === 'number' ? `protocol ${protocol}` : protocol;
  return [
    `${sender.join(' at ')} → ${formatAddress(dst)}${known} ${name}${port === undefined ? '' : ` ${port}`}`,
    ...(sni === undefined ? [] : [`SNI ${sni}`]),
    ...(onBehalfOf ? [`for ${onBehalfOf.join(', ') || 'nobody'}`] : []),
    ...(at === undefined ? [] : [new Date(at).toISOString().replace('.000Z', 'Z')]),
    ...(spent ? [`budget spent: ${spent.join(', ')}`] : []),
  ].join(', ');
}

function effectText({ verdict: { decision, reason, mode } }: Explanation): string {
  const audit = mode === 'audit' ? ', the agent is in audit' : '';
  return `${decision} (${reason}${audit})`;
}

function verdictLine(explanation: Explanation): string {
  const { clause, noted } = explanation.verdict;
  const by = clause === null ? '' : ` by ${clause}`;
  const beside = noted === null ? '' : `; noted by ${noted}, which is in audit`;
  return show(`${effectText(explanation)}${by}${beside}`);
}

function show(text: string): string {
  return harmlessText(text);
}
