import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { codeOf, follow, rules, type Scene, stage } from './scene.ts';

const index = resolve(import.meta.dirname, '../../src/bundle/index.ts');

/** Another process that publishes without end, and prints a line after each time. */
function publisher({ keys, repository }: Scene): ChildProcess {
  const options = {
    ...{ keys, repository, group: 'edge', ruleSet: rules(22) },
    custom: { commit: '7654321', pullRequest: null },
  };
  const script = `import { publishBundle } from ${JSON.stringify(index)};
    for (;;) console.log((await publishBundle(${JSON.stringify(options)})).custom.seq);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

test('a publisher that is killed leaves a repository on which all goes on', async () => {
  const scene = await stage();
  const client = scene.client();
  await scene.publish();
  let last = 0;
  for (const delay of [0, 1, 2, 3, 5, 8]) {
    const child = publisher(scene);
    if (!child.stdout) throw new Error('no output');
    await once(createInterface(child.stdout), 'line');
    await new Promise((done) => setTimeout(done, delay));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await codeOf(client.refresh())).toBe('no error');
    const { custom } = await scene.publish();
    expect(custom.seq).toBeGreaterThan(last);
    last = custom.seq;
    expect(await follow(client)).toBe(last);
  }
});
