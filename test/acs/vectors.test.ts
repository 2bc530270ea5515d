import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { schemaFaults } from './published-schemas.ts';

const project = path.resolve(import.meta.dirname, '../..');

/** Manifests that stand in files of their own, and those that vectors hold. */
function manifests(): [name: string, text: string][] {
  const files = yamlFiles('policies').map((file): [string, string] => [file, textOf(file)]);
  const vectors = yamlFiles('test/vectors').flatMap((file): [string, string][] => {
    const { policies, rules } = parse(textOf(file)) as { policies?: string; rules: string[] };
    return rules.includes('A1') && policies !== undefined ? [[file, policies]] : [];
  });
  return [...files, ...vectors].filter(([, text]) =>
    /^agent_control_specification_version:/m.test(text),
  );
}

function yamlFiles(folder: string): string[] {
  return readdirSync(path.join(project, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`);
}

function textOf(file: string): string {
  return readFileSync(path.join(project, file), 'utf8');
}

test('vectors show manifests of both lines', () => {
  const versions = manifests().map(([, text]) => /version: "?(\d\.\d)/.exec(text)?.[1]);
  expect(versions).toEqual(expect.arrayContaining(['0.3', '0.4']));
});

test.each(manifests())('%s is one that the published schema accepts', (_, text) => {
  const line = /^agent_control_specification_version: "?0\.3/m.test(text) ? '0.3' : '0.4';
  expect(schemaFaults(line, text)).toEqual([]);
});
