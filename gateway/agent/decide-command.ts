import type { Command } from 'commander';
import { answerStream } from '../../src/flow-lines/index.ts';
import { compile } from '../../src/rules/index.ts';
import { soundPolicies } from '../../src/terminal/index.ts';
import { KernelJudge } from '../judge/index.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';

const help = `
Takes the same lines and prints the same verdicts as "sallyport decide", but asks the eBPF program:
a packet is built for each flow and judged by BPF_PROG_TEST_RUN. Nothing is sent.

Example:
  # echo '{"agent":"invoice-processor","dst":"10.20.0.7","protocol":"tcp","port":5432}' \\
      | sallyport-gateway decide policies
${exitCodesHelp}`;

/** `sallyport-gateway decide DIR`: verdicts by the kernel. */
export function registerDecide(program: Command): void {
  program
    .command('decide')
    .summary('let the kernel decide flows from standard input')
    .description('Reads flows as JSON lines and prints the kernel’s verdict on each.')
    .argument('<dir>', 'the policy folder')
    .option('--json', 'tell policy errors as one JSON document on standard output')
    .addHelpText('after', help)
    .action(decideFolder);
}

async function decideFolder(dir: string, { json = false }: { json?: boolean }): Promise<void> {
  const loaded = await soundPolicies(dir, json);
  if (!loaded) return;
  const judge = KernelJudge.load();
  try {
    await judge.use(compile(loaded.policySet));
    const streams = { input: process.stdin, output: process.stdout, errors: process.stderr };
    const faults = await answerStream(streams, (item) => judge.decide(item));
    if (faults > 0) process.exitCode = exitCodes.usage;
  } finally {
    judge.close();
  }
}
