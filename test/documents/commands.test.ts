import { resolve } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { codeBlocks, documents, readDocument, section, tableRows } from './document.ts';

const project = resolve(import.meta.dirname, '../..');
const programs: Readonly<Record<string, string>> = {
  sallyport: 'src/cli/main.ts',
  'sallyport-gateway': 'gateway/agent/main.ts',
};

interface Command {
  readonly program: string;
  readonly words: readonly string[];
  readonly options: readonly string[];
}

/** Calls of our programs in the shell examples and unit files of a document, continuation lines joined. */
function commandsOf(text: string): Command[] {
  const shells = codeBlocks(text).filter(({ language }) => ['sh', 'ini', ''].includes(language));
  const lines = shells.flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, '').split('\n'));
  return lines.flatMap((line) => {
    const call = /(?:^|[ /|])(sallyport(?:-gateway)?) ((?:[a-z]+\b ?)+)([^|#]*)/.exec(line);
    if (!call || /[▶◀]/.test(line)) return [];
    const [, program = '', words = '', rest = ''] = call;
    const options = [...rest.matchAll(/(?<= |^)--[a-z][a-z-]*/g)].map(([option]) => option);
    return [{ program, words: words.trim().split(' '), options }];
  });
}

async function helpOf({ program, words }: Omit<Command, 'options'>): Promise<string> {
  const args = [programs[program] ?? '', ...words, '--help'];
  const { stdout } = await execa(process.execPath, args, { cwd: project });
  return stdout;
}

const optionsIn = (help: string) =>
  [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option = '']) => option);

/** `keys init` has two words; of `check policies` the second is an argument. */
const depth = ([first = '']: readonly string[]) => (['keys', 'workloads'].includes(first) ? 2 : 1);

const documented = documents().flatMap((path) =>
  commandsOf(readDocument(path)).map(({ program, words, options }) => {
    const command = words.slice(0, depth(words));
    return { path, program, command: command.join(' '), options };
  }),
);

test('documents show the commands that operators need', () => {
  const shown = new Set(documented.map(({ program, command }) => `${program} ${command}`));
  expect([...shown]).toEqual(
    expect.arrayContaining([
      'sallyport check',
      'sallyport keys init',
      'sallyport publish',
      'sallyport serve',
      'sallyport simulate',
      'sallyport-gateway key',
      'sallyport-gateway run',
      'sallyport-gateway status',
      'sallyport-gateway workloads',
      'sallyport-gateway workloads register',
      'sallyport-gateway detach',
    ]),
  );
});

const commands = Map.groupBy(documented, ({ program, command }) => `${program} ${command}`);
test.each([...commands])('%s has the options that documents give it', async (_name, uses) => {
  const [{ program, command }] = uses as [(typeof uses)[0]];
  const help = await helpOf({ program, words: command.split(' ') });
  expect(help).toMatch(`Usage: ${program} ${command}`);
  const known = optionsIn(help);
  const wrong = uses.filter(({ options }) => options.some((option) => !known.includes(option)));
  expect(wrong).toEqual([]);
});

test('docs/gateway.md explains every option of `run`, and no other', async () => {
  const help = await helpOf({ program: 'sallyport-gateway', words: ['run'] });
  const install = section(readDocument('docs/gateway.md'), '## Install');
  const explained = tableRows(install).flatMap(
    ([first = '']) => /^`(--[a-z-]+)/.exec(first)?.[1] ?? [],
  );
  const existing = optionsIn(help).filter((option) => option !== '--help');
  expect(explained.toSorted()).toEqual(existing.toSorted());
});
