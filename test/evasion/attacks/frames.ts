import type { Attacks } from '../attack.ts';

const v4 = 'IP(src=alpha, dst=web)';
const v6 = 'IPv6(src=alpha6, dst=web6)';
const syn = 'TCP(sport=port, dport=443, flags="S")';
const ethernet = 'Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01")';

/** Whatever a rule would allow, if the frame were read as it is meant to be misread. */
export const frameAttacks: Attacks = {
  'the frames that the others are made of arrive': [
    { from: 'alpha', send: [`${v4}/${syn}`, `${v6}/${syn}`], reaches: 'outside' },
    { from: 'alpha', send: `${v4}/UDP(sport=port, dport=5000)/b"x"`, reaches: 'outside' },
    { from: 'alpha', send: `${v4}/ICMP(id=port)`, reaches: 'outside' },
    { from: 'alpha', send: `${v6}/ICMPv6EchoRequest(id=port)`, reaches: 'outside' },
  ],
  'loose and strict source routes': [
    {
      from: 'alpha',
      send: [
        `IP(src=alpha, dst=web, options=[IPOption_LSRR(routers=[vault])])/${syn}`,
        `IP(src=alpha, dst=web, options=[IPOption_SSRR(routers=[vault])])/${syn}`,
      ],
      reason: 'ip-options',
    },
  ],
  'options that only pad, record or alert': [
    {
      from: 'alpha',
      send: [
        `IP(src=alpha, dst=web, options=[IPOption_NOP()])/${syn}`,
        `IP(src=alpha, dst=web, options=[IPOption_RR()])/${syn}`,
        `IP(src=alpha, dst=web, options=[IPOption_Router_Alert()])/${syn}`,
        `IP(src=alpha, dst=web, options=[IPOption_Timestamp()])/${syn}`,
      ],
      reason: 'ip-options',
    },
  ],
  'header lengths and versions that are not so': [
    {
      from: 'alpha',
      send: [
        `IP(src=alpha, dst=web, ihl=4)/${syn}`,
        `IP(src=alpha, dst=web, version=5)/${syn}`,
        `IP(src=alpha, dst=web, version=6)/${syn}`,
        `IP(src=alpha, dst=web, len=19)/${syn}`,
        `IP(src=alpha, dst=web, len=0)/${syn}`,
        `IP(src=alpha, dst=web, len=41)/${syn}`,
        `IP(src=alpha, dst=web, len=65535)/${syn}`,
        `IP(src=alpha, dst=web, chksum=1)/${syn}`,
        `IPv6(src=alpha6, dst=web6, version=4)/${syn}`,
        `IPv6(src=alpha6, dst=web6, plen=19)/${syn}`,
        `IPv6(src=alpha6, dst=web6, plen=21)/${syn}`,
      ],
      reason: 'malformed',
    },
  ],
  'an ethertype of the other family': [
    {
      from: 'alpha',
      send: [
        `${ethernet.replace(')', ', type=0x86dd)')}/${v4}/${syn}`,
        `${ethernet.replace(')', ', type=0x0800)')}/${v6}/${syn}`,
      ],
      reason: 'malformed',
    },
  ],
  'frames that end inside a header': [
    {
      from: 'alpha',
      send: [0, 1, 19, 20, 27, 39].map(
        (length) => `raw(${ethernet}/${v4}/${syn})[:14 + ${length}]`,
      ),
      reason: 'malformed',
    },
    {
      from: 'alpha',
      send: [1, 39, 40, 47, 59].map((length) => `raw(${ethernet}/${v6}/${syn})[:14 + ${length}]`),
      reason: 'malformed',
    },
  ],
  'TCP headers that lie about their length': [
    {
      from: 'alpha',
      send: [0, 1, 4, 6, 15].map(
        (words) => `${v4}/TCP(sport=port, dport=443, flags="S", dataofs=${words})`,
      ),
      reason: 'malformed',
    },
  ],
  'UDP lengths that lie': [
    {
      from: 'alpha',
      send: [0, 7, 10, 65535].map(
        (length) => `${v4}/UDP(sport=port, dport=5000, len=${length})/b"x"`,
      ),
      reason: 'malformed',
    },
  ],
  'flags that no stack sends': [
    {
      from: 'alpha',
      send: ['""', '"SF"', '"SR"', '"SFRPAU"', '"SFA"'].map(
        (flags) => `${v4}/TCP(sport=port, dport=443, flags=${flags})`,
      ),
      reason: 'malformed',
    },
    {
      from: 'alpha',
      send: ['"F"', '"FPU"', '"RF"', '"R"', '"FA"', '"SA"', '"RA"'].map(
        (flags) => `${v4}/TCP(sport=port + 1000, dport=443, flags=${flags})`,
      ),
      reason: 'not-established',
    },
  ],
  'IPv4 fragments: plain, tiny, overlapping': [
    {
      from: 'alpha',
      send: [
        `fragment(${v4}/UDP(sport=port, dport=5000)/(b"x" * 1400), 512)`,
        `fragment(${v4}/${syn}, 8)`,
        `[IP(src=alpha, dst=web, id=7, flags="MF", proto=6)/raw(${syn})[:16], IP(src=alpha, dst=web, id=7, frag=1, proto=6)/raw(TCP(sport=port, dport=22))[8:]]`,
        `IP(src=alpha, dst=web, frag=8191)/${syn}`,
      ],
      reason: 'fragment',
    },
  ],
  'IPv6 fragments, atomic ones too': [
    {
      from: 'alpha',
      send: [
        `fragment6(${v6}/IPv6ExtHdrFragment(id=7)/UDP(sport=port, dport=5000)/(b"x" * 3000), 1280)`,
        `${v6}/IPv6ExtHdrFragment(m=0, offset=0)/${syn}`,
        `${v6}/IPv6ExtHdrHopByHop()/IPv6ExtHdrFragment(offset=5)/${syn}`,
        `${v6}/IPv6ExtHdrDestOpt()/IPv6ExtHdrFragment(m=1)/${syn}`,
      ],
      reason: 'fragment',
    },
  ],
  'IPv6 routing headers': [
    {
      from: 'alpha',
      send: [
        `${v6}/IPv6ExtHdrRouting(type=0, addresses=[vault6])/${syn}`,
        `${v6}/IPv6ExtHdrRouting(type=2, addresses=[vault6])/${syn}`,
        `${v6}/IPv6ExtHdrSegmentRouting(addresses=[vault6])/${syn}`,
        `${v6}/IPv6ExtHdrHopByHop()/IPv6ExtHdrRouting(addresses=[vault6])/${syn}`,
      ],
      reason: 'protocol',
    },
  ],
  'IPv6 headers that hide the ports': [
    {
      from: 'alpha',
      send: [
        `IPv6(src=alpha6, dst=web6, nh=51)/bytes([6, 4] + [0] * 22)/${syn}`,
        `IPv6(src=alpha6, dst=web6, nh=59)/${syn}`,
        `IPv6(src=alpha6, dst=web6, nh=135)/bytes([6] + [0] * 7)/${syn}`,
        `IPv6(src=alpha6, dst=web6, nh=139)/bytes([6] + [0] * 7)/${syn}`,
        `IPv6(src=alpha6, dst=web6, nh=140)/bytes([6] + [0] * 7)/${syn}`,
        `IPv6(src=alpha6, dst=web6, nh=253)/bytes([6] + [0] * 7)/${syn}`,
        `IPv6(src=alpha6, dst=web6, nh=1)/ICMP(id=port)`,
        `IP(src=alpha, dst=web, proto=58)/ICMPv6EchoRequest(id=port)`,
      ],
      reason: 'protocol',
    },
  ],
  'IPv6 options out of their place, without end, or beyond it': [
    {
      from: 'alpha',
      send: [
        `${v6}/IPv6ExtHdrHopByHop()/IPv6ExtHdrHopByHop()/${syn}`,
        `${v6}/IPv6ExtHdrDestOpt()/IPv6ExtHdrHopByHop()/${syn}`,
        `${v6}/IPv6ExtHdrDestOpt()/IPv6ExtHdrDestOpt()/IPv6ExtHdrDestOpt()/IPv6ExtHdrDestOpt()/IPv6ExtHdrDestOpt()/${syn}`,
        `${v6}/IPv6ExtHdrDestOpt(len=255)/${syn}`,
        `${v6}/IPv6ExtHdrDestOpt(len=3)/${syn}`,
      ],
      reason: 'malformed',
    },
  ],
  'an IPv6 jumbogram': [
    {
      from: 'alpha',
      send: `IPv6(src=alpha6, dst=web6, plen=0)/IPv6ExtHdrHopByHop(options=[Jumbo(jumboplen=70000)])/${syn}`,
      reason: 'malformed',
    },
  ],
  'IPv6 options before an allowed and before a refused port': [
    { from: 'alpha', send: `${v6}/IPv6ExtHdrHopByHop()/${syn}`, reaches: 'outside' },
    {
      from: 'alpha',
      send: `${v6}/IPv6ExtHdrDestOpt(options=[PadN(optdata=b"x" * 200)])/TCP(sport=port, dport=22)`,
      reason: 'no-clause',
    },
    {
      from: 'alpha',
      send: `${v6}/IPv6ExtHdrDestOpt()/TCP(sport=port, dport=22)`,
      reason: 'no-clause',
    },
  ],
  'tunnels: IPv4 in IPv4, 6in4, GRE, ESP, AH, and others': [
    {
      from: 'alpha',
      send: [
        `${v4}/IP(src=alpha, dst=vault)/${syn}`,
        `${v4}/IPv6(src=alpha6, dst=vault6)/${syn}`,
        `${v4}/GRE()/IP(src=alpha, dst=vault)/${syn}`,
        ...[2, 50, 51, 89, 94, 103, 108, 112, 115, 132, 136, 255].map(
          (protocol) =>
            `IP(src=alpha, dst=web, proto=${protocol})/raw(IP(src=alpha, dst=vault)/${syn})`,
        ),
        `${v6}/IP(src=alpha, dst=vault)/${syn}`,
        `${v6}/IPv6(src=alpha6, dst=vault6)/${syn}`,
        `IPv6(src=alpha6, dst=web6, nh=47)/raw(GRE()/IP(src=alpha, dst=vault)/${syn})`,
        `IPv6(src=alpha6, dst=web6, nh=50)/(b"x" * 40)`,
      ],
      reason: 'protocol',
    },
  ],
  'VLAN tags: one, two, and one that means only a priority': [
    {
      from: 'alpha',
      send: [
        `${ethernet}/Dot1Q(vlan=100)/${v4}/${syn}`,
        `${ethernet}/Dot1Q(vlan=0, prio=7)/${v4}/${syn}`,
        `${ethernet}/Dot1Q(vlan=100)/Dot1Q(vlan=1)/${v4}/${syn}`,
        `${ethernet}/Dot1AD(vlan=100)/Dot1Q(vlan=1)/${v4}/${syn}`,
        `${ethernet}/Dot1AD(vlan=100)/${v6}/${syn}`,
      ],
      reason: 'ethertype',
    },
  ],
  'foreign ethertypes': [
    {
      from: 'alpha',
      send: [
        0x22f0, 0x8035, 0x80f3, 0x8100, 0x814c, 0x8847, 0x8848, 0x8863, 0x8864, 0x888e, 0x88cc,
        0x88e5, 0x893a, 0x9000, 0xffff,
      ].map((type) => `raw(${ethernet})[:12] + (${type}).to_bytes(2, "big") + raw(${v4}/${syn})`),
      reason: 'ethertype',
    },
    {
      from: 'alpha',
      send: [
        'Dot3(src="02:00:00:00:00:02", dst="01:80:c2:00:00:00")/LLC()/STP()',
        `Dot3(src="02:00:00:00:00:02", dst="02:00:00:00:00:01")/LLC()/SNAP(code=0x0800)/${v4}/${syn}`,
        'Ether(src="02:00:00:00:00:02", dst="01:80:c2:00:00:0e", type=0x88cc)/(b"x" * 40)',
      ],
      reason: 'ethertype',
    },
  ],
};
