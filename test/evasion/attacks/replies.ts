import type { Attacks, Step } from '../attack.ts';

const v4 = 'IP(src=gamma, dst=vault)';
const v6 = 'IPv6(src=gamma6, dst=vault6)';
const syn = 'TCP(sport=port, dport=443, flags="S")';
const asking = 'IP(src=gamma, dst=resolver)/UDP(sport=port, dport=53)';

/** Refused, counted once, and answered once each: the answers themselves are judged by nobody. */
const answered = (reason: Step['reason'] & string, ...send: string[]): Step => ({
  from: 'alpha',
  send,
  reason,
  returned: send.length,
});
const silent = (
  reason: Step['reason'] & string,
  send: readonly string[],
  from: Step['from'] = 'alpha',
): Step => ({ from, send, reason, returned: 0 });

/** Who would make the gateway answer, and whom it would answer. All of it comes by the link of an agent that is told. */
export const replyAttacks: Attacks = {
  'what an agent may not, answered once each': [
    answered('no-clause', `${v4}/${syn}`, `${v6}/${syn}`),
    answered('no-clause', `${v4}/UDP(dport=5000)/b"x"`, `${v6}/UDP(dport=5000)/b"x"`),
    answered('no-clause', `${v4}/ICMP(id=port)`, `${v6}/ICMPv6EchoRequest(id=port)`),
    answered('dns-name', `${asking}/question("evil.test")`),
  ],
  'from outside, answered to outside': [
    {
      from: 'outside',
      send: [
        `IP(src=vault, dst=gamma)/${syn}`,
        `IPv6(src=vault6, dst=gamma6)/${syn}`,
        'IP(src=vault, dst=gamma)/UDP(dport=5000)/b"x"',
      ],
      reason: 'no-ingress',
      returned: 3,
    },
  ],
  'answers to what was never asked': [
    silent('not-established', [
      ...['R', 'RA'].map((flags) => `${v4}/TCP(sport=port, dport=443, flags="${flags}")`),
      `${v4}/ICMP(type=0, id=port)`,
      `${v4}/ICMP(type=3, code=13)/IPerror(src=vault, dst=gamma)/TCPerror(sport=443, dport=port)`,
    ]),
    silent(
      'not-established',
      [`IP(src=vault, dst=gamma)/TCP(sport=443, dport=port, flags="RA")`],
      'outside',
    ),
  ],
  'an address that is not the sender’s': [
    silent('spoofed-source', [
      `IP(src=beta, dst=vault)/${syn}`,
      `IP(src=vault, dst=gamma)/${syn}`,
      `IP(src="255.255.255.255", dst=vault)/${syn}`,
      `IP(src="224.0.0.1", dst=vault)/UDP(dport=5000)/b"x"`,
    ]),
  ],
  'an address that is no workload’s': [
    silent('unknown-workload', [`IP(src=vault, dst=nobody)/${syn}`], 'outside'),
    silent('unknown-workload', [`IP(src=nobody, dst=vault)/${syn}`]),
  ],
  'to everybody on a network': [
    silent('no-clause', [
      'IP(src=gamma, dst="255.255.255.255")/UDP(dport=5000)/b"x"',
      'IP(src=gamma, dst="224.0.0.251")/UDP(dport=5353)/b"x"',
      'IPv6(src=gamma6, dst="ff02::fb")/UDP(dport=5353)/b"x"',
      'Ether(src="02:00:00:00:00:02", dst="ff:ff:ff:ff:ff:ff")/IP(src=gamma, dst=vault)/UDP(dport=5000)/b"x"',
    ]),
  ],
  'pieces, and what is no packet': [
    silent('fragment', [
      `fragment(${v4}/UDP(dport=5000)/(b"x" * 1400), 512)`,
      `${v6}/IPv6ExtHdrFragment(m=1)/${syn}`,
    ]),
    silent('malformed', [
      `IP(src=gamma, dst=vault, chksum=1)/${syn}`,
      `${v4}/TCP(sport=port, dport=443, flags="SF")`,
    ]),
    silent('dns-malformed', [`${asking}/question(b"\\xc0\\x0c")`]),
  ],
};
