import { readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BundleClient } from '../../src/bundle/index.ts';
import { codeOf, edit, flipped, follow, listen, rules, type Scene, stage } from './scene.ts';

let scene: Scene;
let client: BundleClient;

// Bundle 1 is in force; the server has bundle 2, and does with it what it likes.
beforeEach(async () => {
  scene = await stage();
  client = scene.client({ limits: { fileMs: 400, refreshMs: 1_000 } });
  await scene.publish();
  await follow(client);
  await scene.publish({ ruleSet: rules(8443) });
  scene.served = scene.copy();
});

afterEach(async () => {
  vi.useRealTimers();
  // Whatever was tried: the rules before stand, now and after a restart, and the true ones still come.
  expect((await client.lastGood())?.custom.seq).toBe(1);
  expect((await scene.client().lastGood())?.custom.seq).toBe(1);
  scene.intercept = undefined;
  scene.served = scene.repository;
  expect(await follow(client)).toBeGreaterThan(1);
});

const latest = {
  timestamp: /timestamp\.json$/,
  snapshot: /\d+\.snapshot\.json$/,
  bin: /bundles-.\.json$/,
  bundle: /rules\.json\.zst$/,
};

describe('what is tampered with is refused', () => {
  test('one bit of the bundle', async () => {
    scene.intercept = (path, response) => {
      if (!latest.bundle.test(path)) return false;
      response.end(flipped(served(path)));
      return true;
    };
    expect(await codeOf(client.refresh())).toBe('bad-signature');
  });

  test('the version in the timestamp', async () => {
    edit(scene.served, latest.timestamp, (bytes) =>
      Buffer.from(bytes.toString().replace(/("version":)\d+(,"expires")/, '$19999$2')),
    );
    expect(await codeOf(client.refresh())).toBe('bad-signature');
  });

  test('the commit in the description', async () => {
    scene.intercept = (path, response) => {
      if (!latest.bin.test(path)) return false;
      response.end(served(path).toString().replace('1234567890abcdef', 'fedcba0987654321'));
      return true;
    };
    expect(await codeOf(client.refresh())).toBe('bad-signature');
  });

  test('everything signed by other keys', async () => {
    const other = await stage();
    await other.publish({ ruleSet: rules(1) });
    await other.publish({ ruleSet: rules(1) });
    await other.publish({ ruleSet: rules(1) });
    scene.served = other.repository;
    expect(await codeOf(client.refresh())).toBe('bad-signature');
  });

  test('a new root by other keys', async () => {
    const other = await stage();
    const forged = { ...JSON.parse(other.root.toString()) };
    forged.signed.version = 2;
    writeFileSync(join(scene.served, 'metadata', '2.root.json'), JSON.stringify(forged));
    expect(await codeOf(client.refresh())).toBe('bad-signature');
  });

  test.each([
    ['timestamp', 'malformed'],
    ['snapshot', 'bad-signature'],
    ['bundle', 'bad-signature'],
  ] as const)('a %s that is cut off', async (what, code) => {
    scene.intercept = (path, response) => {
      if (!latest[what].test(path)) return false;
      response.end(served(path).subarray(0, -10));
      return true;
    };
    expect(await codeOf(client.refresh())).toBe(code);
  });

  test.each([
    ['no JSON', '<html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['an array', '[]'],
    ['no signatures', '{"signed":{"_type":"timestamp"}}'],
    ['another role', '{"signed":{"_type":"root"},"signatures":[]}'],
    ['deep nesting', '['.repeat(16_000)],
    ['deep nesting in a field', `{"signed":${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}}`],
  ])('a timestamp that is %s', async (_what, body) => {
    scene.intercept = (path, response) => {
      if (!latest.timestamp.test(path)) return false;
      response.end(body);
      return true;
    };
    expect(await codeOf(client.refresh())).toBe('malformed');
  });
});

describe('what is old is refused', () => {
  test('the repository of before, replayed', async () => {
    const before = scene.copy();
    await scene.publish({ ruleSet: rules(22) });
    const aware = scene.client({ state: join(scene.dir, 'aware') });
    scene.served = scene.repository;
    await aware.refresh();
    scene.served = before;
    expect(await codeOf(aware.refresh())).toBe('rolled-back');
  });

  test('a server that shows the same for ever, as soon as that has expired', async () => {
    const frozen = scene.copy();
    await scene.publish({ ruleSet: rules(22) });
    scene.served = frozen;
    const day = 24 * 60 * 60_000;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + day + 60_000 });
    expect(await codeOf(client.refresh())).toBe('expired');
    expect((await scene.client().lastGood())?.custom.seq).toBe(1);
  });
});

describe('what costs too much is cut short', () => {
  test.each([latest.timestamp, latest.snapshot, latest.bin, latest.bundle])(
    'an endless %s',
    async (what) => {
      let sent = 0;
      scene.intercept = (path, response) => {
        if (!what.test(path)) return false;
        pourInto(response, (bytes) => {
          sent += bytes;
        });
        return true;
      };
      expect(await codeOf(client.refresh())).toBe('too-large');
      expect(sent).toBeLessThan(64 * 1024 * 1024);
    },
  );

  test('a body of which nothing comes', async () => {
    scene.intercept = (path, response) => {
      if (!latest.timestamp.test(path)) return false;
      response.writeHead(200).flushHeaders();
      return true;
    };
    const start = performance.now();
    expect(await codeOf(client.refresh())).toBe('too-slow');
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test('a body that trickles', async () => {
    scene.intercept = (path, response) => {
      if (!latest.bundle.test(path)) return false;
      const timer = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(timer));
      return true;
    };
    expect(await codeOf(client.refresh())).toBe('too-slow');
  });

  test('a bundle that this gateway finds too large', async () => {
    const modest = { state: join(scene.dir, 'modest') };
    const small = scene.client({ ...modest, limits: { bundleBytes: 10 } });
    expect(await codeOf(small.refresh())).toBe('too-large');
    const tight = scene.client({ ...modest, limits: { rulesBytes: 10 } });
    expect(await codeOf(tight.refresh())).toBe('too-large');
  });
});

test('a redirect is not followed', async () => {
  let asked = 0;
  const elsewhere = await listen((_request, response) => {
    asked++;
    response.end();
  });
  scene.intercept = (path, response) => {
    response.writeHead(302, { location: `${elsewhere}${path}` }).end();
    return true;
  };
  expect(await codeOf(client.refresh())).toBe('unreachable');
  expect(asked).toBe(0);
});

test('a repository without its files', async () => {
  scene.served = join(scene.dir, 'nowhere');
  expect(await codeOf(client.refresh())).toBe('unreachable');
});

test('metadata without the bundle it names', async () => {
  scene.intercept = (path, response) => {
    if (!latest.bundle.test(path)) return false;
    response.writeHead(404).end();
    return true;
  };
  expect(await codeOf(client.refresh())).toBe('unreachable');
});

function served(path: string): Buffer {
  return readFileSync(join(scene.served, path));
}

function pourInto(response: ServerResponse, count: (bytes: number) => void): void {
  const block = Buffer.alloc(64 * 1024, '{');
  const pour = () => {
    while (!response.destroyed) {
      count(block.length);
      if (!response.write(block)) {
        response.once('drain', pour);
        return;
      }
    }
  };
  pour();
}
