import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { bindingsOf } from '../../gateway/agent/interfaces.ts';
import { createLog, type LogEntry } from '../../gateway/agent/log.ts';
import { cidr } from '../arbitraries/alphabet.ts';

/** What a person at a terminal without colours reads. */
function line(entry: LogEntry, level: 'info' | 'warn' | 'error' = 'info'): string {
  const stream = new PassThrough();
  Object.assign(stream, { isTTY: true, getColorDepth: () => 1, hasColors: () => false });
  createLog(stream as unknown as NodeJS.WriteStream, false)(level, entry);
  const text = String(stream.read()).replaceAll(/\x1b\[\d+m/g, '');
  return text.replace(/^\d\d:\d\d:\d\d\.\d{3} /, '');
}

const flow = {
  event: 'flow',
  kind: 'new',
  decision: 'allow',
  reason: 'allowed',
  agent: 'alpha',
  policyVersion: '2.1.0',
  clause: 'AgentPolicy/alpha#web',
  src: '10.8.1.5',
  dst: '192.0.2.10',
  port: 443,
  protocol: 'tcp',
  names: [],
};

describe('a line at the terminal', () => {
  it('says who, to where and why', () => {
    expect(line(flow)).toBe('  allow alpha → 192.0.2.10:443 tcp: AgentPolicy/alpha#web v2.1.0\n');
  });

  it('says the names, and brackets IPv6', () => {
    const entry = { ...flow, dst: '2001:db8::1', names: ['api.example.com'] };
    expect(line(entry)).toContain('→ [2001:db8::1]:443 (api.example.com) tcp');
  });

  it('says the reason where no clause decided, and the address where no agent is known', () => {
    const { port: _, ...echo } = flow;
    const entry = { ...echo, decision: 'deny', reason: 'unknown-workload', protocol: 'icmp' };
    expect(line({ ...entry, agent: null, policyVersion: null, clause: null }, 'warn')).toBe(
      '! deny 10.8.1.5 → 192.0.2.10 icmp: unknown-workload v–\n',
    );
  });

  it('says that a flow has ended', () => {
    expect(line({ ...flow, kind: 'close' })).toContain('closed alpha');
  });

  it('says what was asked', () => {
    const entry = {
      event: 'question',
      decision: 'deny',
      agent: 'alpha',
      name: 'x.evil.org',
      type: 'TXT',
      clause: null,
      reason: 'dns-type',
    };
    expect(line(entry, 'warn')).toBe('! deny alpha asks x.evil.org TXT: dns-type\n');
  });

  it('is one line, and no terminal’s command, whatever stands in a message', () => {
    const text = line({ event: 'rejected', message: 'bad\x1b[2J\nfile\u202e' }, 'error');
    expect(text.startsWith('✗ bad')).toBe(true);
    expect(text.trimEnd()).not.toMatch(/[\n\x1b\u202e]/);
  });
});

describe('who lives behind an interface', () => {
  const one = { name: 'veth0', ifindex: 4, routes: [cidr('10.8.1.0/24')] };

  it('is anyone where it is the only one', () => {
    expect(bindingsOf([one], true)).toEqual([{ ifindex: 4, holds: 'all' }]);
  });

  it('is whom the routing table sends through it where there are several', () => {
    expect(bindingsOf([one], false)).toEqual([{ ifindex: 4, holds: one.routes }]);
  });
});
