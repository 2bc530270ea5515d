import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostNamed } from '../../lab/net/index.ts';
import {
  applyEdit,
  brokenEdit,
  freezeLedger,
  grantLedger,
  ledgerAccess,
  type PolicyEdit,
  thaw,
} from '../../lab/scenarios/index.ts';
import { parseAddress, parsePolicies } from '../../src/policy/index.ts';
import { compile, decide } from '../../src/rules/index.ts';

const folder = new URL('../../lab/policies/', import.meta.url);
const shipped = ['baseline.yaml', 'invoice-processor.yaml', 'research-assistant.yaml'];

function parseEdited(...edits: PolicyEdit[]) {
  const files = shipped.map((path) => {
    const original = readFileSync(new URL(path, folder), 'utf8');
    return { path, text: edits.filter(({ file }) => file === path).reduce(applyEdit, original) };
  });
  return parsePolicies(files);
}

function ledgerVerdict(agent: string, ...edits: PolicyEdit[]) {
  const { policySet, problems } = parseEdited(...edits);
  expect(problems).toEqual([]);
  const dst = parseAddress(hostNamed('ledger').ipv4.host);
  if (!dst) throw new Error('the ledger has no address');
  return decide(compile(policySet), { agent, dst, protocol: 'tcp', port: 5432 });
}

describe('the edits of the demo', () => {
  it('grant the ledger to who could not reach it', () => {
    const agent = 'research-assistant';
    expect(ledgerVerdict(agent)).toMatchObject({ decision: 'deny', reason: 'no-clause' });
    expect(ledgerVerdict(agent, grantLedger)).toMatchObject({
      decision: 'allow',
      clause: 'AgentPolicy/research-assistant#ledger-read',
    });
  });

  it('freeze the ledger for who could', () => {
    const agent = 'invoice-processor';
    expect(ledgerVerdict(agent)).toMatchObject({ decision: 'allow' });
    expect(ledgerVerdict(agent, freezeLedger)).toMatchObject({
      decision: 'deny',
      clause: 'AgentPolicy/invoice-processor#ledger-frozen',
    });
  });

  it('thaw it again, on top of the freeze, and leave nothing else changed', () => {
    const agent = 'invoice-processor';
    expect(ledgerVerdict(agent, ...ledgerAccess.edits, ...thaw.edits)).toMatchObject({
      decision: 'allow',
      clause: 'AgentPolicy/invoice-processor#ledger',
    });
    const original = parseEdited().policySet.agents.find(({ metadata }) => metadata.name === agent);
    const thawed = parseEdited(...ledgerAccess.edits, ...thaw.edits).policySet.agents.find(
      ({ metadata }) => metadata.name === agent,
    );
    expect(thawed?.deny.map(({ id }) => id)).toEqual(original?.deny.map(({ id }) => id));
  });

  it('break the one file, at the line that was edited, also after the others were made', () => {
    const { problems } = parseEdited(freezeLedger, brokenEdit);
    expect(problems.map(({ file }) => file)).toEqual([brokenEdit.file]);
    const text = readFileSync(new URL(brokenEdit.file, folder), 'utf8');
    const edited = applyEdit(applyEdit(text, freezeLedger), brokenEdit).split('\n');
    expect(edited[(problems[0]?.line ?? 0) - 1]).toContain('443443');
  });

  it('refuse a text that is not what they were made for', () => {
    expect(() => applyEdit('spec: {}', freezeLedger)).toThrow('version: 1.0.0');
    expect(() => applyEdit('a a', { file: 'x.yaml', replace: [['a', 'b']] })).toThrow('once');
  });
});
