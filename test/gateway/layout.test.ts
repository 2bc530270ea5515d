import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { objectPath } from '../../gateway/kernel/index.ts';
import { allStructs, renderHeader } from '../../gateway/layout/header.ts';
import { constants } from '../../gateway/layout/index.ts';
import { reasons } from '../../src/rules/index.ts';
import { Btf } from './btf.ts';

const missing = await findMissing();
if (missing !== undefined && process.env.CI === 'true') {
  throw new Error(`the layout must be compared with BTF in CI: ${missing}`);
}
if (missing !== undefined) console.warn(`skipped: comparison with BTF: ${missing}`);

describe.skipIf(missing !== undefined)('what clang has compiled', () => {
  let btf: Btf;
  beforeAll(async () => {
    btf = await Btf.ofObject();
  });

  it.each(allStructs().map((struct) => [struct.name, struct]))(
    'lays out %s as user space reads it',
    (name, { size, fields }) => {
      const expected = {
        size,
        fields: fields.map(({ name, offset, size }) => ({ name, offset, size })),
      };
      expect(btf.struct(name)).toEqual(expected);
    },
  );

  it('numbers the reasons as user space does', () => {
    const expected = reasons.map(({ name }, code) => [
      `SP_REASON_${name.toUpperCase().replaceAll('-', '_')}`,
      code,
    ]);
    expect(btf.enumeration('sp_reason')).toEqual({
      ...Object.fromEntries(expected),
      SP_REASONS: reasons.length,
    });
  });

  it('includes the header of these very sources', () => {
    const header = join(dirname(objectPath()), 'layout.h');
    expect(readFileSync(header, 'utf8')).toBe(renderHeader());
  });
});

describe('the header', () => {
  it('defines every constant once, under its name with SP_ before it', () => {
    const defined = [...renderHeader().matchAll(/^#define (SP_\w+) (\S+)$/gm)];
    const names = Object.entries(constants).map(([name, value]) => [`SP_${name}`, String(value)]);
    expect(defined.map(([, name, value]) => [name, value])).toEqual(names);
  });

  it('declares every struct after those inside it', () => {
    const names = allStructs().map(({ name }) => name);
    for (const { name, fields } of allStructs()) {
      for (const { type } of fields) {
        if (typeof type !== 'object' || typeof type.of !== 'object') continue;
        expect(names.indexOf(type.of.name)).toBeLessThan(names.indexOf(name));
      }
    }
    expect(new Set(names).size).toBe(names.length);
  });

  it('is C', async () => {
    const source = `#include <linux/bpf.h>\n${renderHeader()}`;
    const check = await execa('cc', ['-fsyntax-only', '-Wall', '-Werror', '-x', 'c', '-'], {
      input: source,
      reject: false,
    });
    if (check.failed && check.exitCode === undefined) return;
    expect(check.stderr).toBe('');
  });
});

async function findMissing(): Promise<string | undefined> {
  if (!existsSync(objectPath())) return `${objectPath()} is not built; run: npm run build:bpf`;
  const { failed } = await execa('bpftool', ['version'], { reject: false });
  return failed ? 'bpftool is not installed' : undefined;
}
