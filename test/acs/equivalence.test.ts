import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { type PolicyFile, parsePolicies } from '../../src/policy/index.ts';
import { compile, serialiseRuleSet } from '../../src/rules/index.ts';
import { lines, schemaFaults, versions } from './published-schemas.ts';

const folder = path.resolve(import.meta.dirname, '../../policies');

/** The documents of the example repository, manifests aside. */
const documents = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => parseAllDocuments(readFileSync(path.join(folder, name), 'utf8')))
  .map((document) => document.toJS())
  .filter((value) => value?.apiVersion !== undefined && value.kind !== 'PolicyTest');

function rulesOf(texts: readonly string[]): string {
  const files = texts.map((text, index): PolicyFile => ({ path: `${index}.yaml`, text }));
  const { policySet, problems } = parsePolicies(files);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return serialiseRuleSet(compile(policySet));
}

test.each(lines)(
  'every policy of the example repository means the same in a manifest of line %s',
  (line) => {
    const moved = documents.map((document) => {
      if (document.kind !== 'AgentPolicy') return stringify(document);
      const { name, ...metadata } = document.metadata;
      const text = stringify({
        agent_control_specification_version: versions[line],
        metadata: { ...metadata, sallyport: { agents: { [name]: document.spec } } },
      });
      expect(schemaFaults(line, text)).toEqual([]);
      return text;
    });
    expect(moved.filter((text) => text.startsWith('agent_control')).length).toBeGreaterThan(5);
    expect(rulesOf(moved)).toBe(rulesOf(documents.map((document) => stringify(document))));
  },
);
