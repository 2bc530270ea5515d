// Writes what a real run of the demo printed, shortened, and the comment that the bot made in it into README.md:
// npm run readme [-- report.json]
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const readme = join(root, 'README.md');
const WIDTH = 108;

// The checks that are shown, with so many lines of what was run and what came of it; of the others only the number.
const shown = {
  'lab-up': [['2 agents', 1]],
  'control-up': [['they are up', 2]],
  'gateway-up': [['without rules, nothing', 2]],
  'first-policies': [['it is merged', 1]],
  'allowed-by-name': [['invoices are fetched over HTTPS', 2]],
  'denied-by-guardrail': [['research-assistant: the vault stays closed', 2]],
  'dns-tunnel': [['through the permitted resolver', 2]],
  'deny-line': [['invoice-processor, denied by', 0]],
  mistake: [['its annotation stands', 2]],
  impact: [['is there', 1]],
  'two-pushes': [['there is one comment', 1]],
  merge: [
    ['research-assistant reaches', 1],
    ['gets no further packet', 1],
  ],
  deployment: [['it is a success', 1]],
  forged: [['the gateway refuses it', 1]],
  replayed: [['the gateway refuses it', 1]],
  'server-killed': [['what the merged change allows', 2]],
  'gateway-killed': [['what is denied does not', 2]],
  'gateway-adopted': [['has missed nothing', 1]],
  'server-back': [['reaches the ledger again', 1]],
  'torn-down': [['no process', 1]],
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

/**
 * A comment as GitHub shows it, without what is folded and the commands that end it. Its links lead into a GitHub that
 * was gone when the demo ended.
 */
function quote(markdown) {
  return markdown
    .replace(/^<!--.*-->\n/, '')
    .replaceAll(/^<details>[\s\S]*?^<\/details>\n+/gm, '')
    .replace(/^### Next\n[\s\S]*?(?=^<sub>)/m, '')
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
  const picked = (shown[name] ?? []).map(([says, lines]) => {
    const check = checks.find((one) => one.says.includes(says));
    if (!check)
      throw new Error(
        `step ${name} has no check "${says}" any more: change scripts/readme-output.mjs`,
      );
    return { says: check.says, evidence: check.evidence.slice(0, lines) };
  });
  const amount = checks.length === 1 ? '1 check' : `${checks.length} checks`;
  return [
    `${String(number).padStart(2)}. ${title}  (${amount}, ${duration(ms)})`,
    ...picked.flatMap(({ says, evidence }) => [`    ✓ ${says}`, ...evidence.map(shortened)]),
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
