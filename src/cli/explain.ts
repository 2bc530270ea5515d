import path from 'node:path';
import { text as readText } from 'node:stream/consumers';
import type { Command } from 'commander';
import { testGround, writtenClauses } from '../analysis/index.ts';
import { FlowLineError, isQuestion, parseFlowValue } from '../flow-lines/index.ts';
import { harmlessJson, type PolicySet } from '../policy/index.ts';
import { compile, explain, type Flow, type Registration, type RuleSet } from '../rules/index.ts';
import { explanationText, paintFor, soundPolicies } from '../terminal/index.ts';
import { shortFlow } from './short-flow.ts';
import { addWorkload, checkWorkloads } from './workload-option.ts';

const help = `
FLOW is one of
  'AGENT -> HOST[:PORT][/PROTOCOL]'   the agent has learned the name; over TCP the SNI is equal; default 443/tls
  'AGENT -> IP:PORT[/PROTOCOL]'       an IPv6 address with a port in brackets; default tcp
  'AGENT -> AGENT:PORT[/PROTOCOL]'    an address of another agent
  '{"agent": …}'                      the JSON of a flow line, as sallyport decide reads it
  -                                   flow lines from standard input, one on each line
PROTOCOL is tls, https, tcp, udp or icmp. What is not said (time, principals) is not known: conditions on it fail in an
allow and hold in a deny.

Examples:
  $ sallyport explain policies 'invoice-processor -> contoso.crm.com' --at 2027-03-01T09:00:00+01:00
  $ sallyport explain policies 'invoice-processor -> 10.20.9.1:5432'
  $ sallyport explain policies '{"src": "10.8.1.4", "dst": "2001:db8::1", "protocol": "icmp"}' --json

Marks: ▶ decides, • matches and decides nothing, · does not match.

Exit codes:
  0  the decision was explained, whatever it is
  1  the policies have errors
  2  wrong usage, the folder cannot be read, or FLOW is no flow`;

interface Options {
  readonly at?: string;
  readonly onBehalfOf?: readonly string[];
  readonly workload?: readonly Registration[];
  readonly json?: boolean;
}

/** `sallyport explain DIR FLOW`: how does a flow come to its verdict? */
export function registerExplain(program: Command): void {
  program
    .command('explain')
    .summary('tell every step of the decision on a flow')
    .description(
      'Judges a flow by the reference evaluator and tells every clause that was considered, with its file and line, and why it did not match.',
    )
    .argument('<dir>', 'the policy folder')
    .argument('<flow>', 'the flow, in short or as JSON')
    .option('--at <time>', 'when: a time with its offset, such as 2027-03-01T09:00:00+01:00')
    .option('--on-behalf-of <principals...>', 'whom the workload acts for')
    .option(
      '--workload <address=agent>',
      'a workload that registered, as often as there are',
      addWorkload,
    )
    .option('--json', 'print JSON, one document for each flow, instead of text')
    .addHelpText('after', help)
    .action(explainFlow);
}

async function explainFlow(dir: string, text: string, options: Options): Promise<void> {
  const { json = false, workload = [] } = options;
  const loaded = await soundPolicies(dir, json, { quiet: true });
  if (!loaded) return;
  const ruleSet = loaded.ruleSet ?? compile(loaded.policySet);
  checkWorkloads(ruleSet, workload);
  // The last one of an address counts: those that are stated, before those that stand in for agents in short flows.
  const registrations = [...testGround(ruleSet).registrations, ...workload];
  const placeOf = placesIn(loaded.policySet, dir);
  const texts = text === '-' ? await standardInput() : [text];
  const told = texts.map((one) => {
    const flow = flowOf(one, ruleSet, options);
    const explanation = explain(ruleSet, flow, { registrations });
    if (!json)
      return explanationText(flow, explanation, { placeOf, paint: paintFor(process.stdout) });
    const steps = explanation.steps.map((step) => ({
      ...step,
      place: step.clause === null ? null : (placeOf(step.clause) ?? null),
    }));
    return `${harmlessJson({ ok: true, ...explanation, steps }, 2)}\n`;
  });
  process.stdout.write(told.join(json ? '' : '\n'));
}

async function standardInput(): Promise<string[]> {
  const lines = (await readText(process.stdin)).split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new Error('standard input holds no flow: give one on each line');
  return lines;
}

function flowOf(text: string, ruleSet: RuleSet, { at, onBehalfOf }: Options): Flow {
  const stated = text.trim().startsWith('{') ? parseJson(text) : shortFlow(text, ruleSet);
  const value = {
    ...stated,
    ...(at === undefined ? {} : { at }),
    ...(onBehalfOf ? { onBehalfOf } : {}),
  };
  try {
    const item = parseFlowValue(value);
    if (!isQuestion(item)) return item;
  } catch (error) {
    if (error instanceof FlowLineError)
      throw new Error(`${error.message}. ${error.remedy}`, { cause: error });
    throw error;
  }
  throw new Error('explain takes flows; sallyport decide answers DNS questions');
}

function parseJson(text: string): object {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('FLOW begins as JSON and is none: give one object, in quotes for the shell', {
      cause: error,
    });
  }
}

/** Where clauses are written, as the user can open it. */
function placesIn(policySet: PolicySet, dir: string) {
  const places = new Map(
    writtenClauses(policySet).map(({ fullId, position }) => [
      fullId,
      `${path.join(dir, position.file)}:${position.line}`,
    ]),
  );
  return (clause: string) => places.get(clause);
}
