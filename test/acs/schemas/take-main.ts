import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

// Takes the published schemas of both lines out of clones of their repositories; see README.md in this folder.
// node test/acs/schemas/take-main.ts --toolkit DIR --specification DIR --hooks DIR
const { values } = parseArgs({
  options: {
    toolkit: { type: 'string' },
    specification: { type: 'string' },
    hooks: { type: 'string' },
  },
});
const { toolkit, specification, hooks } = values;
if (!toolkit || !specification || !hooks) {
  console.error(
    'Missing a clone: --toolkit (microsoft/agent-governance-toolkit), --specification (responsibleai/agent-control-spec), --hooks (responsibleai/agent-hooks).',
  );
  process.exit(2);
}

const manifestSchemas = ['manifest.schema.json', 'approval.schema.json'];
take('0.3', toolkit, 'policy-engine/spec/schema', manifestSchemas, 'policy-engine/core/schema');
take('0.4', specification, 'spec/schema', manifestSchemas);
take('hooks', hooks, 'spec/schema', ['verdict.schema.json']);

/** Copies schemas from the last commit of a clone, without prose. `otherwise`: where a file may lie instead. */
function take(
  line: string,
  clone: string,
  folder: string,
  names: readonly string[],
  otherwise = folder,
): void {
  const commit = git(clone, 'rev-parse', 'HEAD').trim();
  const out = join(import.meta.dirname, line);
  mkdirSync(out, { recursive: true });
  for (const name of names) {
    const path = [`${folder}/${name}`, `${otherwise}/${name}`].find((one) => exists(clone, one));
    if (!path) throw new Error(`${clone} has no ${folder}/${name}`);
    const schema: unknown = JSON.parse(git(clone, 'show', `HEAD:${path}`));
    writeFileSync(join(out, name), `${JSON.stringify(withoutProse(schema), null, 2)}\n`);
    console.log(`${line}/${name}: ${path} at ${commit}`);
  }
}

function exists(clone: string, path: string): boolean {
  return git(clone, 'ls-tree', '--name-only', 'HEAD', path).trim() === path;
}

function git(clone: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', clone, ...args], { encoding: 'utf8' });
}

/** Titles and descriptions say nothing about what is valid. Under `properties` they are names. */
function withoutProse(value: unknown, keysAreNames = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutProse(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => keysAreNames || (key !== 'title' && key !== 'description'))
      .map(([key, inner]) => [
        key,
        withoutProse(inner, !keysAreNames && (key === 'properties' || key === '$defs')),
      ]),
  );
}
