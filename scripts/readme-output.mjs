// Writes what a real run of the demo printed, shortened, and the comment that the bot made in it into README.md:
// npm run readme [-- report.json]
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const readme = join(root, 'README.md');
const WIDTH = 108;

// The checks of each step that are shown with what was run and what came of it; of the others only the number.
const shown = {
  'lab-up': ['2 agents'],
  'control-up': ['they are up'],
  'gateway-up': ['without rules, nothing'],
  'first-policies': ['is reviewed', 'it is merged'],
  'allowed-by-name': ['invoices are fetched over HTTPS'],
  'denied-by-default': ['research-assistant: the ledger is not its business'],
  'denied-by-guardrail': ['research-assistant: the vault stays closed'],
  'lateral-move': ['invoice-processor: the tools of research-assistant'],
  'dns-tunnel': ['through the permitted resolver', 'the attacker’s name server never saw'],
  'deny-line': ['invoice-processor, denied by'],
  mistake: ['has failed', 'its annotation stands'],
  impact: ['is there', 'the comment tells'],
  'two-pushes': ['there is one comment'],
  merge: ['research-assistant reaches', 'gets no further packet'],
  deployment: ['it is a success'],
  forged: ['the gateway refuses it'],
  replayed: ['the gateway refuses it'],
  'server-killed': ['the process is gone', 'what the merged change allows'],
  'gateway-killed': ['what is denied does not'],
  'gateway-adopted': ['has missed nothing'],
  'server-back': ['reaches the ledger again'],
  'torn-down': ['no process'],
};

const report = JSON.parse(process.argv[2] ? readFileSync(process.argv[2], 'utf8') : runDemo());
if (!report.ok) throw new Error('not everything held: this run is nothing for the README');

const comment = report.steps.flatMap(({ exhibits }) => exhibits)[0];
let text = readFileSync(readme, 'utf8');
text = replaced(text, 'demo', `\`\`\`text\n${render(report)}\n\`\`\``);
text = replaced(text, 'comment', quote(comment.markdown));
writeFileSync(readme, text);

/** Puts a new text between `<!-- NAME: npm run readme -->` and `<!-- /NAME -->`. */
function replaced(text, name, content) {
  const begin = `<!-- ${name}: npm run readme -->\n`;
  const end = `\n<!-- /${name} -->`;
  const [before, rest] = text.split(begin);
  const after = rest?.split(end).slice(1).join(end);
  if (after === undefined) throw new Error(`README.md lacks ${begin.trim()} … ${end.trim()}`);
  return `${before}${begin}${content}${end}${after}`;
}

/** A comment as GitHub shows it. Its links lead into a GitHub that was gone when the demo ended. */
function quote(markdown) {
  return markdown
    .replace(/^<!--.*-->\n/, '')
    .replaceAll(/\[([^\]]*)\]\(http:\/\/127\.0\.0\.1[^)]*\)/g, '$1')
    .trim()
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

function runDemo() {
  const { stdout, status } = spawnSync(process.execPath, ['lab/demo/main.ts', '--json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`the demo ended with ${status}`);
  return stdout;
}

function render({ ms, steps }) {
  const lines = steps.flatMap((step, i) => stepLines(step, i + 1));
  const figures = steps.flatMap((step) => Object.entries(step.figures));
  const checks = steps.flatMap((step) => step.checks);
  return [
    '$ npm run demo',
    ...lines,
    '',
    ...figures.map(([name, value]) => `    ${name}: ${duration(value)}`),
    '',
    `All held: ${checks.length} checks, ${steps.length} steps, ${duration(ms)}.`,
  ].join('\n');
}

function stepLines({ name, title, checks, ms }, number) {
  const picked = (shown[name] ?? []).map((says) => {
    const check = checks.find((one) => one.says.includes(says));
    if (!check)
      throw new Error(
        `step ${name} has no check "${says}" any more: change scripts/readme-output.mjs`,
      );
    return check;
  });
  const others = checks.length - picked.length;
  const more =
    others === 0 ? [] : [`    ✓ ${picked.length > 0 ? `and ${others} more` : `${others} checks`}`];
  return [
    `${String(number).padStart(2)}. ${title}  (${duration(ms)})`,
    ...picked.flatMap(({ says, evidence }) => [
      `    ✓ ${says}`,
      ...evidence.slice(0, 2).map(shortened),
    ]),
    ...more,
  ];
}

function shortened(line) {
  const text = `        ${line}`;
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`;
}

function duration(ms) {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms >= 100 ? Math.round(ms) : ms.toFixed(1)} ms`;
}
