import { resolve } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { ending, stories } from '../../lab/demo/story.ts';
import { isError, parsePolicies } from '../../src/policy/index.ts';
import { codeBlocks, documents, readDocument, section } from './document.ts';

const project = resolve(import.meta.dirname, '../..');

/** Runs a shell example as it is written, with this checkout's `sallyport`. */
async function runExample(code: string): Promise<string> {
  const programs = `sallyport() { "${process.execPath}" src/cli/main.ts "$@"; }; npx() { "$@"; }`;
  const { stdout } = await execa('sh', ['-euc', `${programs}\n${code}`], { cwd: project });
  return stdout;
}

const blocksOf = documents().map((path) => ({ path, blocks: codeBlocks(readDocument(path)) }));

const asked = blocksOf.flatMap(({ path, blocks }) =>
  blocks.flatMap(({ code }, i) => {
    const answer = blocks[i + 1];
    const answered = code.includes('sallyport decide') && answer?.language === 'json';
    return answered ? [{ path, code, answer: answer.code.trim() }] : [];
  }),
);
test.each(asked)('$path prints the verdict that comes: $answer', async ({ code, answer }) => {
  expect(await runExample(code)).toBe(answer);
});

const policies = blocksOf.flatMap(({ path, blocks }) =>
  blocks
    .filter(({ code }) => code.startsWith('apiVersion: sallyport.dev/'))
    .map(({ code }) => ({ path, text: code })),
);
test.each(policies)('a policy in $path is in order', (file) => {
  expect(parsePolicies([file]).problems.filter(isError)).toEqual([]);
});

test('verdicts are shown where readers look for them', () => {
  for (const path of ['README.md', 'docs/troubleshooting.md']) {
    expect(readDocument(path)).toMatch(/sallyport decide policies\n```\n\n```json\n/);
  }
});

test('the README tells the demo’s story, to its end: npm run readme', () => {
  const shown = section(readDocument('README.md'), '## Two commands');
  const titles = [...shown.matchAll(/^ ?\d+\. (.+?) {2}\(/gm)].map(([, title]) => title);
  expect(titles).toEqual([...stories.circle, ...ending].map(({ title }) => title));
});
