import { describe, expect, test } from 'vitest';
import { shortFlow } from '../../src/cli/short-flow.ts';
import { parsePolicies } from '../../src/policy/index.ts';
import { compile } from '../../src/rules/index.ts';
import { agent } from '../policy/samples.ts';

const text = [
  agent('bot', 'workloads: {cidrs: [10.0.0.1/32]}\nallow: [{id: x, to: {cidr: 192.0.2.0/24}}]'),
  agent('peer', 'workloads: {cidrs: [10.0.9.0/24]}'),
].join('---\n');
const { policySet, problems } = parsePolicies([
  { path: 'a.yaml', text: new TextEncoder().encode(text) },
]);
const ruleSet = compile(policySet);
const short = (flow: string) => shortFlow(flow, ruleSet);

test('the policies of this test are in order', () => expect(problems).toEqual([]));

describe('a host is learned, with an equal SNI over TCP', () => {
  // 192.0.2.0/24 is named by a clause, so that another address stands for names.
  const named = { agent: 'bot', dst: '198.51.100.1', names: ['api.example.com'] };
  test.each([
    ['bot -> api.example.com', { ...named, sni: 'api.example.com', protocol: 'tcp', port: 443 }],
    [
      'bot → api.example.com:8443',
      { ...named, sni: 'api.example.com', protocol: 'tcp', port: 8443 },
    ],
    [
      'bot->api.example.com/https',
      { ...named, sni: 'api.example.com', protocol: 'tcp', port: 443 },
    ],
    ['bot -> api.example.com:443/udp', { ...named, protocol: 'udp', port: 443 }],
    ['bot -> api.example.com/icmp', { ...named, protocol: 'icmp' }],
  ])('%s', (flow, json) => expect(short(flow)).toEqual(json));
});

test.each([
  ['bot -> 203.0.113.7:80', { agent: 'bot', dst: '203.0.113.7', protocol: 'tcp', port: 80 }],
  ['bot -> 203.0.113.7/tls', { agent: 'bot', dst: '203.0.113.7', protocol: 'tcp', port: 443 }],
  ['bot -> [2001:db8::1]:53/udp', { agent: 'bot', dst: '2001:db8::1', protocol: 'udp', port: 53 }],
  ['bot -> 2001:db8::1/icmp', { agent: 'bot', dst: '2001:db8::1', protocol: 'icmp' }],
  [
    '10.0.0.1 -> 203.0.113.7:80',
    { src: '10.0.0.1', dst: '203.0.113.7', protocol: 'tcp', port: 80 },
  ],
  ['bot -> peer:8080', { agent: 'bot', dst: '10.0.9.0', protocol: 'tcp', port: 8080 }],
  // What is missing here, parsing the flow line tells.
  ['bot -> 203.0.113.7', { agent: 'bot', dst: '203.0.113.7', protocol: 'tcp' }],
])('%s', (flow, json) => expect(short(flow)).toEqual(json));

test.each([
  ['bot', 'is no flow'],
  ['', 'is no flow'],
  ['bot -> ', 'is no flow'],
  ['bot -> api.example.com:443/quic', 'is no flow'],
  ['bot -> api.example.com:443 ; rm -rf', 'is no flow'],
  ['bot -> nobody:80', 'no agent'],
  ['10.0.0.1 -> api.example.com', 'name the agent'],
])('%j is told what is wrong with it', (flow, message) => {
  expect(() => short(flow)).toThrow(message);
});
