import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const project = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(project, path), 'utf8');
const json = (path: string) => JSON.parse(read(path));

test('the starter asks for the version that it comes with', () => {
  const { version, engines } = json('package.json');
  const starter = json('starter/package.json');
  expect(starter.devDependencies).toEqual({ sallyport: `^${version}` });
  expect(starter.engines).toEqual(engines);
});

test('every path of CODEOWNERS is there', () => {
  const patterns = read('starter/.github/CODEOWNERS')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/)[0] ?? '');
  const folders = ['bank', 'hospital', 'retailer'];
  const paths = patterns
    .filter((pattern) => pattern !== '*')
    .flatMap((one) => (one.includes('**') ? folders.map((name) => one.replace('**', name)) : one));
  expect(paths.length).toBeGreaterThan(8);
  const absent = paths.filter((path) => !existsSync(join(project, path)));
  expect(absent).toEqual([]);
});

test('editors find the schema where the package has it', () => {
  const schemas = Object.keys(json('starter/.vscode/settings.json')['yaml.schemas']);
  const [shipped] = schemas.map((path) => path.replace('./node_modules/sallyport/', ''));
  expect(json('package.json').files).toContain(shipped?.split('/')[0]);
  expect(existsSync(join(project, shipped ?? ''))).toBe(true);
  expect(read('starter/README.md')).toContain(`node_modules/sallyport/${shipped}`);
});
