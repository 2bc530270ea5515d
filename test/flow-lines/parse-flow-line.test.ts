import { describe, expect, it } from 'vitest';
import { FlowLineError, parseFlowLine } from '../../src/flow-lines/index.ts';
import { formatAddress } from '../../src/policy/index.ts';

const flow = { agent: 'alpha', dst: '192.0.2.1', protocol: 'tcp', port: 443 };

function parsed(line: object): unknown {
  return parseFlowLine(JSON.stringify(line));
}

describe('a flow line', () => {
  it('has a sender, a destination and a protocol', () => {
    expect(parsed(flow)).toEqual({
      agent: 'alpha',
      dst: { family: 4, value: 0xc0000201n },
      protocol: 'tcp',
      port: 443,
    });
  });

  it('has circumstances: server name, time, principals, spent budgets', () => {
    const more = {
      sni: 'A.Example.com',
      at: '2027-03-31T12:00:00.5+02:00',
      onBehalfOf: ['group:clerks'],
      spent: ['AgentPolicy/alpha#upload'],
    };
    expect(parsed({ ...flow, ...more })).toEqual({
      ...(parsed(flow) as object),
      ...more,
      sni: 'a.example.com',
      at: Date.UTC(2027, 2, 31, 10, 0, 0, 500),
    });
  });

  it('may act for nobody, which is not the same as for nobody known', () => {
    expect(parsed({ ...flow, onBehalfOf: [] })).toHaveProperty('onBehalfOf', []);
    expect(parsed(flow)).not.toHaveProperty('onBehalfOf');
  });

  it.each([
    ['capitals', 'API.Example.com', 'api.example.com'],
    ['a trailing dot', 'api.example.com.', 'api.example.com'],
    ['an IDN', 'bücher.example', 'xn--bcher-kva.example'],
    ['an underscore', '_sip.example.com', '_sip.example.com'],
  ])('reads names with %s', (_what, written, name) => {
    expect(parsed({ ...flow, names: [written] })).toMatchObject({ names: [name] });
  });

  it.each([
    [6, '192.0.2.1', { protocol: 'tcp', port: 443 }],
    [17, '192.0.2.1', { protocol: 'udp', port: 443 }],
    [1, '192.0.2.1', { protocol: 'icmp' }],
    [58, '2001:db8::1', { protocol: 'icmp' }],
    [58, '192.0.2.1', { protocol: 58 }],
    [1, '2001:db8::1', { protocol: 1 }],
    [47, '192.0.2.1', { protocol: 47 }],
  ])('reads protocol %d to %s', (protocol, dst, expected) => {
    const { agent } = flow;
    const port = 'port' in expected ? { port: expected.port } : {};
    expect(parsed({ agent, dst, protocol, ...port })).toMatchObject(expected);
  });

  it('keeps a mapped address, so that it can be judged', () => {
    const { dst } = parsed({ ...flow, dst: '::ffff:192.0.2.1' }) as {
      dst: { family: 6; value: bigint };
    };
    expect(formatAddress(dst)).toBe('::ffff:c000:201');
  });

  it('may have a mapped destination beside an IPv4 source', () => {
    expect(parsed({ ...flow, src: '10.8.1.1', dst: '::ffff:192.0.2.1' })).toMatchObject({
      dst: { family: 6 },
    });
  });

  it.each([
    ['no JSON', '{"agent": ', 'not JSON', 'one JSON object'],
    ['a list', '[]', 'not a JSON object', '"agent"'],
    ['null', 'null', 'not a JSON object', '"agent"'],
    ['no sender', json({ agent: undefined }), '"agent" is missing', '"src"'],
    ['no destination', json({ dst: undefined }), '"dst" is missing', '192.0.2.10'],
    ['no protocol', json({ protocol: undefined }), '"protocol" is missing', '"tcp"'],
    ['no port', json({ port: undefined }), '"port" is missing', '443'],
    ['an unknown field', json({ prot: 6 }), 'unknown field "prot"', 'protocol'],
    [
      'a name for an address',
      json({ dst: 'example.com' }),
      '"dst" is "example.com"',
      'IPv4 or IPv6',
    ],
    ['an address with leading zeros', json({ dst: '192.0.02.1' }), '"dst"', 'IPv4 or IPv6'],
    ['an address with a zone', json({ dst: 'fe80::1%eth0' }), '"dst"', 'IPv4 or IPv6'],
    ['an empty agent', json({ agent: '' }), '"agent" is ""', 'not empty'],
    ['two families', json({ src: '2001:db8::1' }), 'IPv6 address and "dst" an IPv4', 'one family'],
    ['a protocol of the language', json({ protocol: 'https' }), '"https"', '"tcp"'],
    ['an unknown protocol', json({ protocol: 'sctp' }), '"sctp"', 'number'],
    ['a protocol of 256', json({ protocol: 256 }), '256', '0–255'],
    ['port 0', json({ port: 0 }), '"port" is 0', '1 to 65535'],
    ['port 65536', json({ port: 65536 }), '"port" is 65536', '1 to 65535'],
    ['a port as text', json({ port: '443' }), '"port" is "443"', '1 to 65535'],
    ['a port of ICMP', json({ protocol: 'icmp' }), '"port" has no meaning', 'Leave it out'],
    ['names that are no list', json({ names: 'a.example.com' }), '"names"', 'list of texts'],
    ['a name that is none', json({ names: ['a..b'] }), '"a..b" is not a host name', 'letters'],
    ['the Kelvin sign for a k', json({ names: ['ban\u212a!.example'] }), 'is not a host name', ''],
    ['a time without offset', json({ at: '2027-03-31T12:00:00' }), '"at"', 'RFC 3339'],
    ['a time that never is', json({ at: '2027-13-31T12:00:00Z' }), '"at"', 'RFC 3339'],
    ['a day that never is', json({ at: '2027-02-29T12:00:00Z' }), '"at"', 'RFC 3339'],
    ['a time as a number', json({ at: 1_800_000_000_000 }), '"at"', 'text'],
    [
      'an SNI without TCP',
      json({ protocol: 'udp', sni: 'a.example.com' }),
      '"sni"',
      'Leave it out',
    ],
    ['spent clauses that are no list', json({ spent: 'a' }), '"spent"', 'list of texts'],
    ['principals that are no list', json({ onBehalfOf: 'me' }), '"onBehalfOf"', 'list of texts'],
    ['an SNI that is no name', json({ sni: 'a b' }), '"a b" is not a host name', 'letters'],
  ])('is refused with %s', (_what, line, message, remedy) => {
    expect(refusal(line).message).toContain(message);
    expect(refusal(line).remedy).toContain(remedy);
  });
});

describe('a question line', () => {
  const question = { name: 'api.example.com', type: 'A' };

  it('has an agent, a name and a type', () => {
    expect(parsed({ agent: 'alpha', question })).toEqual({ agent: 'alpha', ...question });
  });

  it.each([
    ['aaaa', 'AAAA'],
    ['type65', 'TYPE65'],
    [28, 28],
  ])('reads the type %s', (type, expected) => {
    expect(parsed({ agent: 'alpha', question: { ...question, type } })).toMatchObject({
      type: expected,
    });
  });

  it('may state the time', () => {
    const line = { agent: 'alpha', question: { ...question, at: '2027-03-31T12:00:00Z' } };
    expect(parsed(line)).toHaveProperty('at', Date.UTC(2027, 2, 31, 12));
  });

  it('keeps a name that is not well-formed, so that it can be judged', () => {
    const odd = { name: 'A..b$.', type: 'A' };
    expect(parsed({ agent: 'alpha', question: odd })).toMatchObject({ name: 'a..b$' });
  });

  it('does not make a k of the Kelvin sign', () => {
    const kelvin = { name: '\u212a.example.com', type: 'A' };
    expect(parsed({ agent: 'alpha', question: kelvin })).toMatchObject({
      name: '\u212a.example.com',
    });
  });

  it.each([
    ['no agent', { question }, '"agent" is missing'],
    ['no name', { agent: 'alpha', question: { type: 'A' } }, '"name" is missing'],
    ['no type', { agent: 'alpha', question: { name: 'a.b' } }, '"type" is missing'],
    ['an unknown type', { agent: 'alpha', question: { ...question, type: 'FOO' } }, '"FOO"'],
    ['a flow beside it', { ...flow, question }, 'unknown field "dst"'],
    ['text for a question', { agent: 'alpha', question: 'A' }, 'not a JSON object'],
  ])('is refused with %s', (_what, line, message) => {
    expect(refusal(JSON.stringify(line)).message).toContain(message);
  });
});

function json(change: object): string {
  return JSON.stringify({ ...flow, ...change });
}

function refusal(line: string): FlowLineError {
  try {
    parseFlowLine(line);
  } catch (error) {
    if (error instanceof FlowLineError) return error;
    throw error;
  }
  throw new Error(`accepted: ${line}`);
}
