import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const project = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(project, path), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

const action = parse(read('action.yml')) as {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
};
const workflow = parse(read('starter/.github/workflows/policies.yml')) as {
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, { readonly permissions?: unknown; steps: Step[] }>>;
};
const workflowSteps = Object.values(workflow.jobs).flatMap(({ steps }) => steps);
const steps = [...action.runs.steps, ...workflowSteps];

test('actions of others are named by commit, not by a tag that can be moved', () => {
  const others = steps.flatMap(({ uses }) => (uses && !uses.startsWith('./') ? [uses] : []));
  expect(others.length).toBeGreaterThan(2);
  expect(others.filter((uses) => !/@[0-9a-f]{40}$/.test(uses))).toEqual([]);
});

test('nothing that others write becomes part of a script', () => {
  expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
});

test('every input reaches the script', () => {
  const environment = action.runs.steps.flatMap(({ env }) => Object.values(env ?? {}));
  const handed = Object.keys(action.inputs).map((name) => `\${{ inputs.${name} }}`);
  expect(environment.toSorted()).toEqual(handed.toSorted());
});

test('the starter’s workflow reads, and no more', () => {
  expect(workflow.permissions).toEqual({ contents: 'read' });
  expect(Object.values(workflow.jobs).filter((job) => 'permissions' in job)).toEqual([]);
});

test('it calls the action of the package, with inputs that there are', () => {
  const calls = workflowSteps.filter(({ uses }) => uses === './node_modules/sallyport');
  expect(calls.length).toBe(1);
  for (const input of calls.flatMap((step) => Object.keys(step.with ?? {}))) {
    expect(action.inputs).toHaveProperty([input]);
  }
});

test('docs/action.md says every input and output', () => {
  const rows = read('docs/action.md').split('\n');
  for (const name of [...Object.keys(action.inputs), ...Object.keys(action.outputs)]) {
    expect(
      rows.some((row) => row.startsWith(`| \`${name}\` |`)),
      name,
    ).toBe(true);
  }
});
