import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { eventLine } from '../../lab/commands/index.ts';

const plain = new PassThrough() as unknown as NodeJS.WriteStream;
const flow = {
  time: '2026-01-02T03:04:05.678Z',
  event: 'flow',
  kind: 'deny',
  decision: 'deny',
  reason: 'denied',
  agent: 'research-assistant',
  policyVersion: '1.0.0',
  clause: 'Guardrail/baseline#no-vault',
  src: '10.8.2.2',
  dst: '10.20.0.66',
  protocol: 'tcp',
  port: 80,
  names: ['vault.acme.example'],
};

describe('eventLine', () => {
  it('tells a denied flow in one line: when, who, where, why', () => {
    expect(eventLine(flow, plain)).toBe(
      '03:04:05.678 ✗ deny  research-assistant 1.0.0 → 10.20.0.66 (vault.acme.example) tcp 80 denied Guardrail/baseline#no-vault',
    );
  });

  it('names the source where no agent is known', () => {
    const unknown = { ...flow, agent: null, policyVersion: null, clause: null, names: [] };
    expect(eventLine({ ...unknown, reason: 'unknown-workload' }, plain)).toContain(
      '10.8.2.2 → 10.20.0.66 tcp 80 unknown-workload',
    );
  });

  it('tells a refused question', () => {
    const question = { ...flow, event: 'question', name: 'evil.example', type: 'TXT' };
    expect(eventLine({ ...question, reason: 'dns-name', clause: null }, plain)).toContain(
      'DNS evil.example TXT dns-name',
    );
  });

  it('lists the problems of a rejected edit by file and line', () => {
    const problem = { code: 'SP310', file: 'a.yaml', line: 3, column: 9, message: 'no such port' };
    const line = eventLine({ event: 'rejected', problems: [problem] }, plain);
    expect(line).toContain('a.yaml:3:9 SP310 no such port');
  });

  it('shows events it does not know, with all they say', () => {
    expect(eventLine({ event: 'adopted', generation: 7 }, plain)).toContain('"generation":7');
  });
});
