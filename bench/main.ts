import { parseArgs } from 'node:util';
import { cedarPart } from './cedar-part.ts';
import { diffPart } from './diff-part.ts';
import { machineText, writeSection } from './document.ts';
import { languagePart } from './language-part.ts';
import { packetPart } from './packet-part.ts';
import type { Part, Result } from './part.ts';
import { renderResults } from './render-results.ts';
import { reviewPart } from './review-part.ts';
import { simulationPart } from './simulation-part.ts';

const parts: readonly Part[] = [
  languagePart,
  reviewPart,
  diffPart,
  cedarPart,
  packetPart,
  simulationPart,
];

const help = `Usage: npm run bench -- [PART…] [--json] [--write]

Measures what Sallyport costs on this machine. Parts (all, unless some are named):
${parts.map(({ name, title, needs }) => `  ${name.padEnd(10)} ${title}${needs ? ` (${needs})` : ''}`).join('\n')}

Options:
  --json   one JSON document
  --write  put the tables into docs/performance.md (for those of the data plane: npm run bench:dataplane)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    write: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
const unknown = positionals.filter((name) => !parts.some((part) => part.name === name));

if (values.help) {
  console.log(help);
} else if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}.\n\n${help}`);
  process.exitCode = 2;
} else {
  await run(parts.filter(({ name }) => positionals.length === 0 || positionals.includes(name)));
}

async function run(chosen: readonly Part[]): Promise<void> {
  const results: Result[] = [];
  for (const part of chosen) {
    process.stderr.write(`measuring: ${part.title} …\n`);
    results.push(await part.measure((progress) => process.stderr.write(`  ${progress}\n`)));
  }
  const machine = machineText();
  const document = renderResults(machine, results);
  console.log(values.json ? JSON.stringify({ machine, results }, null, 2) : document);
  if (values.write) await writeSection('core', document);
}
