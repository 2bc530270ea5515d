import type { Attacks, Step } from '../attack.ts';

const allowed = 'api.example.com';
const other = 'api.example.org';
const address = '93.184.217.1';

const toServer = `IP(src=alpha, dst="${address}")`;
const segment = (flags: string, fields = '') =>
  `${toServer}/TCP(sport=port, dport=443, flags="${flags}", seq=1000, ack=9001${fields})`;
const fromServer = (flags: string) =>
  `IP(src="${address}", dst=alpha)/TCP(sport=443, dport=port, flags="${flags}", seq=9000, ack=1001)`;
/** The client's bytes; `rest` are `at` and `size` of packet-tool.py. */
const bytes = (content: string, rest = '', head = segment('PA')) =>
  `stream(${head}, ${content}, ${rest})`;

const passes = (...send: string[]): Step => ({ from: 'alpha', send, reaches: 'outside' });
const refused = (reason: Step['reason'] & string, ...send: string[]): Step => ({
  from: 'alpha',
  send,
  reason,
});

const learned: readonly Step[] = [
  passes(`IP(src=alpha, dst=resolver)/UDP(sport=port, dport=53)/question("${allowed}")`),
  {
    from: 'outside',
    send: `IP(src=resolver, dst=alpha)/UDP(sport=53, dport=port)/DNS(id=7, qr=1, rd=1, ra=1, qd=DNSQR(qname="${allowed}"), an=DNSRR(rrname="${allowed}", ttl=300, rdata="${address}"))`,
    reaches: 'alpha',
    reason: 'reply',
  },
];
const accepted: Step = {
  from: 'outside',
  send: fromServer('SA'),
  reaches: 'alpha',
  reason: 'reply',
};
const connected = [...learned, passes(segment('S')), accepted];

/** Of one length; they differ in the last letters alone. */
const [good, bad] = [`hello("${allowed}")`, `hello("${other}")`];
const start = `${good}[:-3]`;
const [goodEnd, badEnd] = [good, bad].map((hello) => bytes(`${hello}[-3:]`, `len(${start})`)) as [
  string,
  string,
];
const behind = bytes('b"x" * 100', `len(${good})`);

/** A connection to an address that is allowed, that wants to reach another server there. */
export const serverNameAttacks: Attacks = {
  'the ClientHello that the others are made of arrives, and what comes behind it': [
    ...connected,
    passes(bytes(good), behind),
  ],
  'the name of another server, of none, and of one that is allowed elsewhere': [
    ...connected,
    refused('sni-mismatch', bytes(bad)),
    // The right one comes too late: the server may have got bytes of the first.
    refused('sni-mismatch', bytes(good), behind),
  ],
  'a name that is allowed at other addresses': [
    ...connected,
    refused('sni-mismatch', bytes('hello("files.example.com")')),
  ],
  'no name': [...connected, refused('sni-missing', bytes('hello()'))],
  'two names in one list': [
    ...connected,
    refused('tls-malformed', bytes(`hello("${allowed}", "${other}")`)),
  ],
  'two lists of one name': [
    ...connected,
    refused('tls-malformed', bytes(`hello("${allowed}", lists=2)`)),
  ],
  'another protocol on the port of TLS': [
    ...connected,
    refused('tls-missing', bytes('b"GET / HTTP/1.1\\r\\n\\r\\n"')),
  ],
  'another message in the place of the ClientHello': [
    ...connected,
    refused('tls-missing', bytes(`${good}[:5] + b"\\2" + ${good}[6:]`)),
  ],
  'segments of one byte': [
    ...connected,
    passes(bytes(start, 'size=1')),
    refused('sni-mismatch', badEnd),
  ],
  'segments of one byte, in records of one byte': [
    ...connected,
    passes(bytes(`records(${good}[5:-1], 1)`, 'size=1')),
    refused('sni-mismatch', bytes('records(b"n", 1)', `6 * len(${good}[5:-1])`)),
  ],
  'segments out of their order': [
    ...connected,
    refused('tls-pending', badEnd),
    passes(bytes(start)),
    refused('sni-mismatch', badEnd),
  ],
  'segments out of their order, with the right name in the end': [
    ...connected,
    refused('tls-pending', goodEnd),
    passes(bytes(start)),
    passes(goodEnd, behind),
  ],
  'bytes that are sent again, and others in their place': [
    ...connected,
    passes(bytes(start), bytes(start), bytes(`${good}[10:20]`, '10')),
    refused('tls-resent', bytes('b"x" * 5', '10'), goodEnd),
  ],
  'others in the place of bytes, ahead of the next ones': [
    ...connected,
    passes(bytes(`${good}[:-2]`)),
    refused('tls-resent', bytes(`b"org"`, `len(${good}) - 3`)),
  ],
  'a right name that dies on its way, and another in its place': [
    ...connected,
    passes(bytes(good, '', segment('PA').replace('IP(', 'IP(ttl=2, '))),
    refused('tls-resent', bytes(bad)),
    refused('tls-resent', behind),
  ],
  'bytes that come with the SYN': [
    ...learned,
    refused('tls-pending', `${segment('S')}/${good}`, `${segment('S')}/b"x"`),
    passes(segment('S')),
    accepted,
    passes(bytes(good), behind),
  ],
  'bytes before the server has answered': [
    ...learned,
    passes(segment('S')),
    refused('tls-pending', bytes(good)),
  ],
  'another SYN in the middle of a name': [
    ...connected,
    passes(bytes(start)),
    refused('tls-pending', segment('S').replace('seq=1000', 'seq=5000')),
    refused('sni-mismatch', badEnd),
  ],
  'an urgent byte': [
    ...connected,
    refused('tls-malformed', bytes(good, '', segment('PAU', ', urgptr=5'))),
  ],
  'a server that speaks before the client has named it': [
    ...connected,
    {
      from: 'outside',
      send: `${fromServer('PA')}/b"220 welcome"`,
      reason: 'tls-pending',
    },
  ],
  'a connection that began before the gateway looked': [
    ...learned,
    refused('not-established', segment('A'), bytes(good)),
  ],
};
