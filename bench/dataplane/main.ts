import { Command, InvalidArgumentError } from 'commander';
import { machineText, writeDrawing, writeSection } from '../document.ts';
import { gatewayPart } from './gateway/gateway-part.ts';
import { packetsPart } from './packets-part.ts';
import type { DataPlanePart } from './part.ts';
import { programsPart } from './programs-part.ts';
import { missingPrograms } from './requirements.ts';
import { socketsPart } from './sockets/sockets-part.ts';
import { targetsSection } from './targets.ts';

interface Options {
  readonly full: boolean;
  readonly cells: readonly string[];
  readonly rounds?: number;
  readonly json: boolean;
  readonly write: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: parts of every kind, each with results of its own
type AnyPart = DataPlanePart<any>;

const partsOf = (options: Options): readonly AnyPart[] => [
  packetsPart(options),
  programsPart,
  gatewayPart(options.rounds),
  socketsPart(options.rounds),
];

const help = `
Parts (all, unless some are named):
${partsOf({ full: false, cells: [], json: false, write: false })
  .map(({ name, title }) => `  ${name.padEnd(12)} ${title}`)
  .join('\n')}

Runs as root, in network namespaces that it makes and removes; nothing else is sent to or changed.
Peers that are not installed are left out, and said to be: apt-get install nftables ipset iptables
conntrack dnsmasq-base dnsperf unbound

Examples:
  # npm run bench:dataplane -- --write
  # npm run bench:dataplane -- packets --cells established/1000 new/1000/1000 --rounds 5
  # npm run bench:dataplane -- --full --json >results.json`;

await new Command('bench:dataplane')
  .description('What the data plane costs on this machine, beside what one would use instead.')
  .argument('[part...]', 'what to measure')
  .option('--full', 'every cell, and more rounds', false)
  .option('--cells <cell...>', 'of packets these: kind, kind/rules or kind/rules/flows', [])
  .option('--rounds <count>', 'how often each peer has its turn', positive)
  .option('--json', 'print one JSON document in place of Markdown', false)
  .option('--write', 'put the results into docs/performance.md', false)
  .addHelpText('after', help)
  .action(run)
  .parseAsync()
  .catch((error: Error) => fail(1, error.message));

async function run(names: readonly string[], options: Options): Promise<void> {
  const all = partsOf(options);
  const unknown = names.filter((name) => !all.some((part) => part.name === name));
  if (unknown.length > 0) return fail(2, `There is no part ${unknown.join(', ')}. See --help.`);
  if (process.getuid?.() !== 0) {
    return fail(3, 'Namespaces and eBPF programs need root: run this as root.');
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // What is to be removed is removed when the process exits.
    process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));
  }
  const chosen = all.filter(({ name }) => names.length === 0 || names.includes(name));
  const measured: Record<string, unknown> = {};
  for (const part of chosen) measured[part.name] = await one(part, options);
  const targets = targetsSection(measured);
  if (!options.json) console.log(targets);
  // Of some parts alone it would not be the whole truth.
  if (options.write && chosen.length === all.length) await writeSection('targets', targets);
  if (options.json) console.log(JSON.stringify({ machine: machineText(), ...measured }, null, 2));
}

/** Measures a part, and writes it down at once: a run that is interrupted later has not been for nothing. */
async function one(part: AnyPart, options: Options): Promise<unknown> {
  const lacking = missingPrograms(part.needs);
  if (lacking.length > 0) {
    const packages = lacking.map(([, debianPackage]) => debianPackage).join(' ');
    progress(`${part.name}: left out; it needs: apt-get install ${packages}`);
    return null;
  }
  progress(`${part.name}: ${part.title}`);
  const measured: unknown = await part.measure((text) => progress(`  ${text}`));
  const { text, drawings } = part.render(measured);
  if (!options.json) console.log(`${text}\n`);
  if (options.write) {
    await writeSection(part.name, `${text}\n\nMeasured on ${machineText()}.`);
    for (const [file, drawing] of Object.entries(drawings)) {
      await writeDrawing(`performance/${file}`, drawing);
    }
  }
  return measured;
}

function progress(text: string): void {
  process.stderr.write(`${(performance.now() / 1000).toFixed(0).padStart(5)} s  ${text}\n`);
}

function fail(code: number, message: string): void {
  process.exitCode = code;
  console.error(message);
}

function positive(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('a positive number');
}
