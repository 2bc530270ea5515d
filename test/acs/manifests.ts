import { expect } from 'vitest';
import { type PolicyFile, parsePolicies } from '../../src/policy/index.ts';
import { type Line, schemaFaults, versions } from './published-schemas.ts';

/** A manifest of the line, which the published schema must accept. */
export function manifest(line: Line, rest: string): string {
  const text = `agent_control_specification_version: ${versions[line]}\n${rest}`;
  expect(schemaFaults(line, text)).toEqual([]);
  return text;
}

/** `metadata` with this profile below `agents`, two levels in. */
export function profile(agents: string, metadata = 'version: 2.1.0'): string {
  return `metadata:\n  ${metadata}\n  sallyport:\n    agents:\n${agents.replace(/^(?=.)/gm, '      ')}`;
}

/** Reads files given by path. */
export function read(files: Readonly<Record<string, string>>) {
  const list: PolicyFile[] = Object.entries(files).map(([path, text]) => ({ path, text }));
  const { policySet, problems } = parsePolicies(list);
  return {
    policySet,
    problems,
    /** `SP341 child.yaml:5:3` */
    places: problems.map(({ code, file, line, column }) => `${code} ${file}:${line}:${column}`),
  };
}
