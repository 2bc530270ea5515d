import type { Attacks, Step } from '../attack.ts';

const name = 'files.example.com';
const asking = 'IP(src=alpha, dst=resolver)/UDP(sport=port, dport=53)';
const answering = 'IP(src=resolver, dst=alpha)/UDP(sport=53, dport=port)';
const asks = (question: string): Step => ({
  from: 'alpha',
  send: `${asking}/${question}`,
  reaches: 'outside',
});
const asked = asks(`question("${name}")`);
const head = `id=7, qr=1, rd=1, ra=1, qd=DNSQR(qname="${name}")`;
const record = (address: string, owner = name) =>
  `DNSRR(rrname="${owner}", ttl=300, rdata="${address}")`;
const answers = (records: string): Step => ({
  from: 'outside',
  send: `${answering}/DNS(${head}, ${records})`,
  reaches: 'alpha',
  reason: 'reply',
});
const connects = (address: string): Step => ({
  from: 'alpha',
  send: address.includes(':')
    ? `IPv6(src=alpha6, dst="${address}")/TCP(sport=port, dport=443)`
    : `IP(src=alpha, dst="${address}")/TCP(sport=port, dport=443)`,
  reaches: 'outside',
});
const cannot = (address: string, reason: Step['reason'] = 'no-clause'): Step => {
  const { from, send } = connects(address);
  return { from, send, reason: reason ?? 'no-clause' };
};
const refused = (...frames: string[]): Step => ({
  from: 'outside',
  send: frames,
  reason: 'dns-malformed',
});

/** What an answer would make the gateway believe. */
export const answerAttacks: Attacks = {
  'an answer that nobody asked for': [
    {
      from: 'outside',
      send: `${answering}/DNS(${head}, an=${record('93.184.216.1')})`,
      reason: 'no-ingress',
    },
    cannot('93.184.216.1'),
  ],
  'an answer with another number, name, type or class': [
    asked,
    refused(
      `${answering}/DNS(${head.replace('id=7', 'id=8')}, an=${record('93.184.216.2')})`,
      `${answering}/DNS(${head.replace(name, 'evil.example.com')}, an=${record('93.184.216.2')})`,
      `${answering}/DNS(${head.replace(`"${name}"`, `"${name}", qtype="AAAA"`)}, an=${record('93.184.216.2')})`,
      `${answering}/DNS(${head.replace(`"${name}"`, `"${name}", qclass=3`)}, an=${record('93.184.216.2')})`,
      `${answering}/DNS(${head.replace('qr=1', 'qr=0')}, an=${record('93.184.216.2')})`,
      `${answering}/DNS(${head.replace('qr=1', 'qr=1, opcode=5')}, an=${record('93.184.216.2')})`,
      `${answering}/DNS(${head.replace(/qd=.*/, 'qd=None')}, an=${record('93.184.216.2')})`,
    ),
    cannot('93.184.216.2'),
    answers(`an=${record('93.184.216.3')}`),
    connects('93.184.216.3'),
  ],
  'an answer from another server or port': [
    asked,
    {
      from: 'outside',
      send: [
        `IP(src=vault, dst=alpha)/UDP(sport=53, dport=port)/DNS(${head}, an=${record('93.184.216.4')})`,
        `IP(src=resolver, dst=alpha)/UDP(sport=54, dport=port)/DNS(${head}, an=${record('93.184.216.4')})`,
        `IP(src=resolver, dst=alpha)/UDP(sport=53, dport=port + 500)/DNS(${head}, an=${record('93.184.216.4')})`,
      ],
      reason: 'no-ingress',
    },
    cannot('93.184.216.4'),
  ],
  'a second answer to one question': [
    asked,
    answers(`an=${record('93.184.216.5')}`),
    refused(`${answering}/DNS(${head}, an=${record('93.184.216.6')})`),
    cannot('93.184.216.6'),
  ],
  'addresses of other names, in every section': [
    asked,
    answers(
      `an=${record('93.184.216.7')}/${record('93.184.216.8', 'www.evil.test')}, ns=${record('93.184.216.8')}, ar=${record('93.184.216.8')}`,
    ),
    cannot('93.184.216.8'),
    connects('93.184.216.7'),
  ],
  'CNAME chains: what stands beside one, or before its end': [
    asked,
    answers(
      `an=DNSRR(rrname="${name}", type="CNAME", rdata="cdn.example.net")/${record('93.184.216.9')}/${record('93.184.216.10', 'cdn.example.org')}/${record('93.184.216.11', 'cdn.example.net')}`,
    ),
    cannot('93.184.216.9'),
    cannot('93.184.216.10'),
    connects('93.184.216.11'),
  ],
  'a CNAME that leads back to itself': [
    asked,
    answers(
      `an=DNSRR(rrname="${name}", type="CNAME", rdata="a.example")/DNSRR(rrname="a.example", type="CNAME", rdata="b.example")/DNSRR(rrname="b.example", type="CNAME", rdata="a.example")/${record('93.184.216.12')}`,
    ),
    cannot('93.184.216.12'),
  ],
  'names that point forward, at themselves, or out of the packet': [
    asked,
    refused(
      ...['c0ff', 'c02c', 'ffff', 'c0', '40', '80'].map(
        (owner) =>
          `${answering}/(question("${name}", flags=0x8180, counts=(1, 1, 0, 0)) + bytes.fromhex("${owner}00010001000001000004") + bytes([93, 184, 216, 13]))`,
      ),
      `${answering}/(question("${name}", flags=0x8180, counts=(1, 1, 0, 0)) + bytes.fromhex("c00c00010001000001000005") + bytes([93, 184, 216, 13]))`,
      `${answering}/question("${name}", flags=0x8180, counts=(1, 500, 0, 0))`,
    ),
    cannot('93.184.216.13'),
  ],
  'rebinding: a public name for what is inside': [
    asked,
    answers(
      `an=${['10.20.0.1', '10.8.2.5', '127.0.0.1', '192.168.0.1', '172.16.0.1', '100.64.0.1', '0.0.0.0', '224.0.0.1'].map((one) => record(one)).join('/')}`,
    ),
    ...[
      '10.20.0.1',
      '10.8.2.5',
      '127.0.0.1',
      '192.168.0.1',
      '172.16.0.1',
      '100.64.0.1',
      '0.0.0.0',
    ].map((one) => cannot(one)),
  ],
  'rebinding: a public name for a metadata service': [
    asked,
    answers(`an=${record('169.254.169.254')}/${record('168.63.129.16')}`),
    cannot('169.254.169.254', 'denied'),
    // Public by its address, and denied all the same.
    cannot('168.63.129.16', 'denied'),
  ],
  'rebinding in IPv6, and IPv4 inside it': [
    asks(`question("${name}", kind=28)`),
    {
      from: 'outside',
      send: `${answering}/DNS(${head.replace(`"${name}"`, `"${name}", qtype="AAAA"`)}, an=${[
        'fd00:20::1',
        'fe80::1',
        '::1',
        '::ffff:10.20.0.1',
        '64:ff9b::10.20.0.1',
        '2002:a14:1::',
        '::10.20.0.1',
      ]
        .map((one) => `DNSRR(rrname="${name}", type="AAAA", rdata="${one}")`)
        .join('/')})`,
      reaches: 'alpha',
      reason: 'reply',
    },
    cannot('fd00:20::1'),
    cannot('10.20.0.1'),
    cannot('64:ff9b::10.20.0.1'),
    cannot('2002:a14:1::'),
    cannot('fe80::1', 'denied'),
  ],
  'a name for an address that is denied': [
    asked,
    answers(`an=${record('93.184.216.200')}/${record('93.184.216.20')}`),
    cannot('93.184.216.200', 'denied'),
    connects('93.184.216.20'),
  ],
  'a truncated answer, and one that says there is no such name': [
    asked,
    answers(`tc=1, an=${record('93.184.216.21')}`),
    cannot('93.184.216.21'),
    asked,
    answers(`rcode=3, an=${record('93.184.216.22')}`),
    cannot('93.184.216.22'),
  ],
  'what one agent has learned, used by another': [
    asked,
    answers(`an=${record('93.184.216.23')}`),
    {
      from: 'beta',
      send: 'IP(src=beta, dst="93.184.216.23")/TCP(sport=port, dport=443)',
      reason: 'no-clause',
    },
    connects('93.184.216.23'),
    {
      from: 'alpha',
      send: 'IP(src=alpha, dst="93.184.216.23")/TCP(sport=port, dport=22)',
      reason: 'no-clause',
    },
  ],
};
