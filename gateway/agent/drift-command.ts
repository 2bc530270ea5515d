import type { Command } from 'commander';
import { harmlessText } from '../../src/policy/index.ts';
import { checkPrivileges, KernelError, Pins } from '../kernel/index.ts';
import { askForDrift } from './control-socket.ts';
import { type Drift, findingText } from './drift.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';
import { nameOption } from './name-option.ts';

const help = `
The running gateway reads every entry of its maps back and compares it with what it has written, and
looks whether its programs and pins are in their places. It does so by itself after each change and
every half minute, and repairs what it finds; this command does it now, and tells.

Examples:
  # sallyport-gateway drift
  # sallyport-gateway drift --repair --json | jq .findings
${exitCodesHelp}`;

/** `sallyport-gateway drift`: whether the kernel holds what the rules say. */
export function registerDrift(program: Command): void {
  program
    .command('drift')
    .summary('compare what is in force with what was applied')
    .description(
      'Compares the kernel’s maps, programs and pins with what the running gateway has put there.',
    )
    .option('--name <name>', 'which gateway', nameOption, 'default')
    .option('--repair', 'write again what somebody else has changed')
    .option('--json', 'print one JSON document')
    .addHelpText('after', help)
    .action(tellDrift);
}

async function tellDrift(options: {
  readonly name: string;
  readonly repair?: boolean;
  readonly json?: boolean;
}): Promise<void> {
  const { name, repair = false, json = false } = options;
  checkPrivileges();
  const answer = await askForDrift(name, repair);
  if (!answer) throw nobodyKnows(name);
  if ('error' in answer) throw new KernelError('system-call', answer.error);
  process.stdout.write(json ? `${JSON.stringify(answer, null, 2)}\n` : driftReport(answer));
  if (answer.count > 0) process.exitCode = exitCodes.drift;
}

function nobodyKnows(name: string): KernelError {
  // Says what is wrong where nothing is in force, or another version's maps are.
  new Pins(name).openMaps();
  return new KernelError(
    'not-running',
    `No process of gateway "${name}" answers, and only it knows what it has written. Start it (sallyport-gateway run): ` +
      'it writes all rules anew, which repairs every foreign change. What is in force stays so meanwhile.',
  );
}

function driftReport({ generation, entries, count, findings, ms, repaired }: Drift): string {
  const compared = `${entries} map entries of generation ${generation} compared in ${ms} ms`;
  if (count === 0) return `no drift: ${compared}, programs and pins are in their places\n`;
  const lines = findings.map((finding) => `  ${harmlessText(findingText(finding))}`);
  const more = count > findings.length ? [`  and ${count - findings.length} more`] : [];
  const end = repaired
    ? 'repaired'
    : 'not repaired: the gateway does so by itself, or with --repair';
  return [`drift: ${count} foreign changes (${compared})`, ...lines, ...more, end, ''].join('\n');
}
