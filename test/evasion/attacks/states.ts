import type { Attacks } from '../attack.ts';

const out = 'IP(src=alpha, dst=web)';
const back = 'IP(src=web, dst=alpha)';
const tcp = (flags: string) => `TCP(sport=port, dport=443, flags="${flags}", seq=1000)`;
const reply = (flags: string) => `TCP(sport=443, dport=port, flags="${flags}", seq=9000, ack=1001)`;
const opening = { from: 'alpha', send: `${out}/${tcp('S')}`, reaches: 'outside' } as const;

/** Packets that want to belong to what was allowed. */
export const stateAttacks: Attacks = {
  'an answer to nothing': [
    {
      from: 'outside',
      send: ['SA', 'A', 'R', 'RA', 'FA', 'PA'].map((flags) => `${back}/${reply(flags)}`),
      reason: 'not-established',
    },
    { from: 'outside', send: `${back}/${reply('S')}`, reason: 'no-ingress' },
    { from: 'outside', send: `${back}/UDP(sport=5000, dport=port)/b"x"`, reason: 'no-ingress' },
    {
      from: 'outside',
      send: `${back}/ICMP(type="echo-reply", id=port)`,
      reason: 'not-established',
    },
    { from: 'outside', send: `${back}/ICMP(id=port)`, reason: 'no-ingress' },
  ],
  'an answer from another address or port': [
    opening,
    {
      from: 'outside',
      send: [
        `IP(src=vault, dst=alpha)/${reply('SA')}`,
        `IP(src="192.0.2.11", dst=alpha)/${reply('SA')}`,
        `${back}/TCP(sport=444, dport=port, flags="SA")`,
        `${back}/TCP(sport=443, dport=port + 500, flags="SA")`,
      ],
      reason: 'not-established',
    },
    { from: 'outside', send: `${back}/UDP(sport=443, dport=port)/b"x"`, reason: 'no-ingress' },
    { from: 'outside', send: `${back}/${reply('SA')}`, reaches: 'alpha', reason: 'reply' },
  ],
  'an answer that comes by another agent’s link': [
    opening,
    { from: 'beta', send: `${back}/${reply('SA')}`, reason: 'spoofed-source' },
  ],
  'a simultaneous open, and a SYN into an open connection': [
    opening,
    { from: 'outside', send: `${back}/${reply('S')}`, reason: 'no-ingress' },
    { from: 'outside', send: `${back}/${reply('SA')}`, reaches: 'alpha', reason: 'reply' },
    { from: 'outside', send: `${back}/${reply('S')}`, reason: 'no-ingress' },
    { from: 'alpha', send: `${out}/${tcp('PA')}/b"x"`, reaches: 'outside' },
  ],
  'a connection that was reset does not become one from outside': [
    opening,
    { from: 'outside', send: `${back}/${reply('RA')}`, reaches: 'alpha', reason: 'reply' },
    { from: 'outside', send: `${back}/${reply('S')}`, reason: 'no-ingress' },
  ],
  'a SYN that carries data goes where a SYN may, and nowhere else': [
    { from: 'alpha', send: `${out}/${tcp('S')}/(b"x" * 100)`, reaches: 'outside' },
    { from: 'alpha', send: `IP(src=alpha, dst=vault)/${tcp('S')}/b"x"`, reason: 'no-clause' },
  ],
  'the middle of a connection that never began': [
    { from: 'alpha', send: `IP(src=alpha, dst=vault)/${tcp('PA')}/b"x"`, reason: 'no-clause' },
    {
      from: 'alpha',
      send: `IP(src=alpha, dst=vault)/${tcp('SA')}/b"x"`,
      reason: 'not-established',
    },
  ],
  'a packet that is not accepted opens nothing that the rules refuse': [
    // Routers do not look at these checksums; the hop limit ends at this one, which says so.
    {
      from: 'alpha',
      send: `IP(src=alpha, dst=vault)/TCP(sport=port, dport=443, chksum=1)`,
      reason: 'no-clause',
    },
    {
      from: 'alpha',
      send: `IP(src=alpha, dst=web, ttl=1)/TCP(sport=port, dport=443)`,
      reason: 'allowed',
      beside: { related: 1 },
    },
    { from: 'alpha', send: `IP(src=alpha, dst=web, ttl=0)/TCP(sport=port)`, reason: 'malformed' },
    {
      from: 'alpha',
      send: `IPv6(src=alpha6, dst=web6, hlim=0)/TCP(sport=port)`,
      reason: 'malformed',
    },
    { from: 'outside', send: `IP(src=vault, dst=alpha)/${reply('SA')}`, reason: 'not-established' },
  ],
  'ICMP errors about what never was, or is another’s': [
    opening,
    {
      from: 'outside',
      send: [
        `IP(src=router, dst=alpha)/ICMP(type=3, code=1)/IPerror(src=alpha, dst=vault)/TCPerror(sport=port, dport=443)`,
        `IP(src=router, dst=alpha)/ICMP(type=3, code=1)/IPerror(src=alpha, dst=web)/TCPerror(sport=port, dport=444)`,
        `IP(src=router, dst=alpha)/ICMP(type=11)/IPerror(src=alpha, dst=web)/UDPerror(sport=port, dport=443)`,
        `IP(src=router, dst=beta)/ICMP(type=3, code=1)/IPerror(src=alpha, dst=web)/TCPerror(sport=port, dport=443)`,
        `IP(src=router, dst=alpha)/ICMP(type=3, code=1)/IPerror(src=web, dst=alpha)/TCPerror(sport=443, dport=port)`,
      ],
      reason: 'not-established',
    },
    {
      from: 'outside',
      send: `IP(src=router, dst=alpha)/ICMP(type=3, code=1)/IPerror(src=alpha, dst=web)/TCPerror(sport=port, dport=443)`,
      reaches: 'alpha',
      reason: 'related',
    },
  ],
  'ICMP errors that carry data out': [
    opening,
    {
      from: 'alpha',
      send: [
        `IP(src=alpha, dst=vault)/ICMP(type=3, code=3)/IPerror(src=vault, dst=alpha)/TCPerror(sport=443, dport=port)/b"a secret"`,
        `IP(src=alpha, dst=vault)/ICMP(type=3, code=3)/IPerror(src=web, dst=alpha)/TCPerror(sport=443, dport=port)/b"a secret"`,
        `IP(src=alpha, dst=web)/ICMP(type=3, code=3)/IPerror(src=alpha, dst=web)/TCPerror(sport=port, dport=443)/b"a secret"`,
      ],
      reason: 'not-established',
    },
    {
      from: 'alpha',
      send: `IP(src=beta, dst=web)/ICMP(type=3, code=3)/IPerror(src=web, dst=beta)/TCPerror(sport=443, dport=port)/b"a secret"`,
      reason: 'spoofed-source',
    },
    {
      from: 'alpha',
      send: [
        `IP(src=alpha, dst=vault)/ICMP(type=3, code=3)/b"short"`,
        `IP(src=alpha, dst=web)/ICMP(type=3, code=3)/IPerror(src=web, dst=alpha, frag=1)/TCPerror(sport=443, dport=port)`,
        `IP(src=alpha, dst=web)/ICMP(type=3, code=3)/IPerror(src=web, dst=alpha, version=6)/TCPerror(sport=443, dport=port)`,
      ],
      reason: 'malformed',
    },
  ],
  'an echo that is answered by a question': [
    { from: 'alpha', send: `${out}/ICMP(id=port)`, reaches: 'outside' },
    { from: 'outside', send: `${back}/ICMP(id=port)`, reason: 'not-established' },
    { from: 'outside', send: `${back}/ICMP(type=0, id=port)`, reaches: 'alpha', reason: 'reply' },
    { from: 'alpha', send: `${out}/ICMP(type=0, id=port)`, reason: 'not-established' },
  ],
};
