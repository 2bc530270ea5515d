import { type Command, Option } from 'commander';
import { agentHooksLine, answerStream, isQuestion } from '../flow-lines/index.ts';
import {
  compile,
  createEvaluator,
  type Registration,
  ruleSetDigest,
  type Verdict,
} from '../rules/index.ts';
import { soundPolicies } from '../terminal/index.ts';
import { exitCodes } from './exit-codes.ts';
import { addWorkload, checkWorkloads } from './workload-option.ts';

const help = `
Reads JSON lines from standard input and answers each with one line, in order:
  {"agent": "invoice-processor", "dst": "192.0.2.10", "names": ["api.example.com"], "protocol": "tcp", "port": 443}
  {"src": "10.8.1.4", "dst": "2001:db8::1", "protocol": "icmp"}
  {"agent": "invoice-processor", "question": {"name": "api.example.com", "type": "A", "at": "2027-03-01T09:00:00+01:00"}}

Fields of a flow:
  agent        name of the sender; with src too, src must be an address of its own
  src, dst     addresses; agent or src must be there
  names        names that the agent has learned for dst; absent: none
  protocol     tcp, udp, icmp (echo) or the number of another IP protocol
  port         destination port of tcp and udp
  sni          server name of the TLS ClientHello, with tcp; absent: a ClientHello without one
  at           when: a time with its offset (RFC 3339)
  onBehalfOf   principals that the workload acts for; [] for nobody
  spent        ids of clauses whose budget is spent; absent: none
Without at the time is not known (never the machine's clock), without onBehalfOf the principals: conditions on them fail
in an allow and hold in a deny.

An answer is {"decision", "reason", "clause", "mode"}, and "noted" where a guardrail in audit has something to
say; for a line that is no flow it is {"error": {"line", "message", "remedy"}}.

With --as agent-hooks an answer is a verdict of agent-hooks 0.1 instead: {"decision", "reason", "message", "evidence"}.

Example:
  $ echo '{"agent": "invoice-processor", "dst": "10.20.0.5", "protocol": "tcp", "port": 5432}' |
      sallyport decide policies
  $ echo '{"src": "10.9.1.4", "dst": "10.20.0.5", "protocol": "tcp", "port": 5432}' |
      sallyport decide policies --workload 10.9.1.4=forecaster-eu

Exit codes:
  0  every line was answered
  1  the policies have errors
  2  wrong usage, the folder cannot be read, or a line was no flow`;

/** `sallyport decide DIR`: what becomes of flows and DNS questions under the policies of a folder. */
export function registerDecide(program: Command): void {
  program
    .command('decide')
    .summary('say what becomes of flows under the policies of a folder')
    .description('Judges flows and DNS questions by the reference evaluator, without any network.')
    .argument('<dir>', 'the policy folder')
    .option('--json', 'tell policy errors as one JSON document on standard output')
    .addOption(
      new Option('--as <shape>', 'answer in the shape of another interface').choices([
        'agent-hooks',
      ]),
    )
    .option(
      '--workload <address=agent>',
      'an address that a workload of the agent has registered (may be given again)',
      addWorkload,
    )
    .addHelpText('after', help)
    .action(decideFolder);
}

interface Options {
  readonly json?: boolean;
  readonly as?: 'agent-hooks';
  readonly workload?: readonly Registration[];
}

async function decideFolder(dir: string, options: Options): Promise<void> {
  const { json = false, as, workload: registrations = [] } = options;
  const loaded = await soundPolicies(dir, json);
  if (!loaded) return;
  const ruleSet = compile(loaded.policySet);
  checkWorkloads(ruleSet, registrations);
  const evaluator = createEvaluator(ruleSet, { registrations });
  const { stdin: input, stdout: output, stderr: errors } = process;
  if (input.isTTY) errors.write('Type flows as JSON, one on each line; end with Ctrl-D.\n');
  const digest = ruleSetDigest(ruleSet);
  const render =
    as === 'agent-hooks' ? (verdict: Verdict) => agentHooksLine(verdict, digest) : undefined;
  const faults = await answerStream(
    { input, output, errors },
    (item) => (isQuestion(item) ? evaluator.decideQuestion(item) : evaluator.decide(item)),
    render,
  );
  if (faults > 0) process.exitCode = exitCodes.usage;
}
