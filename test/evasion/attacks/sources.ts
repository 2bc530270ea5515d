import type { Attacks } from '../attack.ts';

const syn = 'TCP(sport=port, dport=443, flags="S")';
const solicitation = 'ICMPv6ND_NS(tgt=gateway6)';

/** Who a packet says it is from, and whom it is for. */
export const addressAttacks: Attacks = {
  'the address of another agent': [
    {
      from: 'alpha',
      send: [`IP(src=beta, dst=web)/${syn}`, `IPv6(src=beta6, dst=web6)/${syn}`],
      reason: 'spoofed-source',
    },
    { from: 'beta', send: `IP(src=alpha, dst=web)/${syn}`, reason: 'spoofed-source' },
  ],
  'addresses of others, of nobody, and of many': [
    {
      from: 'alpha',
      send: [
        ...['vault', 'resolver', 'router', 'web', '"203.0.113.1"', '"127.0.0.1"', '"0.0.0.0"'],
        ...['"255.255.255.255"', '"224.0.0.1"', '"10.8.0.255"', '"169.254.1.1"', 'metadata'],
      ].map((src) => `IP(src=${src}, dst=web)/${syn}`),
      reason: 'spoofed-source',
    },
    {
      from: 'alpha',
      send: ['vault6', '"::"', '"::1"', '"ff02::1"', '"2001:db8::10"', '"64:ff9b::10.8.1.5"'].map(
        (src) => `IPv6(src=${src}, dst=web6)/${syn}`,
      ),
      reason: 'spoofed-source',
    },
  ],
  'the gateway’s own address, and a link-local one': [
    { from: 'alpha', send: `IPv6(src="fe80::5", dst=web6)/${syn}`, reason: 'unknown-workload' },
    { from: 'beta', send: `IP(src=gateway, dst=web)/${syn}`, reason: 'spoofed-source' },
  ],
  'an agent’s address, from outside': [
    {
      from: 'outside',
      send: [
        `IP(src=beta, dst=alpha)/${syn}`,
        `IP(src=alpha, dst=beta)/TCP(sport=port, dport=8080, flags="S")`,
        `IPv6(src=alpha6, dst=beta6)/TCP(sport=port, dport=8080, flags="S")`,
        `IP(src=alpha, dst=alpha)/${syn}`,
      ],
      reason: 'spoofed-source',
    },
  ],
  'an agent’s address inside 64:ff9b::/96, from outside': [
    {
      from: 'outside',
      send: `IPv6(src="64:ff9b::10.8.1.5", dst=beta6)/TCP(sport=port, dport=8080, flags="S")`,
      reason: 'no-ingress',
    },
  ],
  'from one agent to another: the port that both allow, and every other': [
    {
      from: 'alpha',
      send: `IP(src=alpha, dst=beta)/TCP(sport=port, dport=8080, flags="S")`,
      reaches: 'beta',
      // Once as it leaves one, once as it comes to the other.
      beside: { allowed: 1 },
    },
    {
      from: 'alpha',
      send: `IP(src=alpha, dst=beta)/TCP(sport=port, dport=8081, flags="S")`,
      reason: 'no-clause',
    },
    {
      from: 'beta',
      send: `IP(src=beta, dst=alpha)/TCP(sport=port, dport=8080, flags="S")`,
      reason: 'no-clause',
    },
    { from: 'outside', send: `IP(src=vault, dst=beta)/TCP(dport=8080)`, reason: 'no-ingress' },
  ],
  'services of the gateway itself': [
    {
      from: 'alpha',
      send: [22, 80, 179, 443, 8080].flatMap((to) => [
        `IP(src=alpha, dst=gateway)/TCP(sport=port, dport=${to}, flags="S")`,
        `IP(src=alpha, dst="203.0.113.1")/TCP(sport=port, dport=${to}, flags="S")`,
        `IPv6(src=alpha6, dst=gateway6)/TCP(sport=port, dport=${to}, flags="S")`,
      ]),
      reason: 'no-clause',
    },
    { from: 'alpha', send: 'IP(src=alpha, dst=gateway)/ICMP(id=port)', reason: 'no-clause' },
  ],
  'DHCP, mDNS, LLMNR, SSDP and NetBIOS': [
    {
      from: 'alpha',
      send: `IP(src="0.0.0.0", dst="255.255.255.255")/UDP(sport=68, dport=67)/(b"x" * 240)`,
      reason: 'spoofed-source',
    },
    {
      from: 'alpha',
      send: [
        'IP(src=alpha, dst="255.255.255.255")/UDP(sport=68, dport=67)/(b"x" * 240)',
        'IP(src=alpha, dst="224.0.0.251", ttl=255)/UDP(sport=5353, dport=5353)/(b"x" * 40)',
        'IP(src=alpha, dst="224.0.0.252", ttl=1)/UDP(sport=port, dport=5355)/(b"x" * 40)',
        'IP(src=alpha, dst="239.255.255.250")/UDP(sport=port, dport=1900)/(b"x" * 40)',
        'IP(src=alpha, dst="10.8.1.255")/UDP(sport=137, dport=137)/(b"x" * 40)',
        'IPv6(src=alpha6, dst="ff02::fb", hlim=255)/UDP(sport=5353, dport=5353)/(b"x" * 40)',
        'IPv6(src=alpha6, dst="ff02::1:2")/UDP(sport=546, dport=547)/(b"x" * 40)',
      ],
      reason: 'no-clause',
    },
  ],
  'group membership: IGMP and MLD': [
    {
      from: 'alpha',
      send: [
        'IP(src=alpha, dst="224.0.0.22", proto=2, ttl=1)/(b"\\x22" + b"\\0" * 15)',
        'IPv6(src=alpha6, dst="ff02::16", hlim=1)/ICMPv6MLReport2()',
        'IPv6(src=alpha6, dst="ff02::16", hlim=1)/IPv6ExtHdrHopByHop(options=[RouterAlert()])/ICMPv6MLReport()',
      ],
      reason: 'protocol',
    },
  ],
  'metadata services, plain and in 64:ff9b::/96, and link-local': [
    {
      from: 'alpha',
      send: [
        `IP(src=alpha, dst=metadata)/${syn}`,
        `IP(src=alpha, dst="168.63.129.16")/${syn}`,
        `IP(src=alpha, dst="100.100.100.200")/${syn}`,
        `IP(src=alpha, dst="169.254.0.1")/${syn}`,
        `IPv6(src=alpha6, dst="fd00:ec2::254")/${syn}`,
        `IPv6(src=alpha6, dst="fe80::1")/${syn}`,
        `IPv6(src=alpha6, dst="64:ff9b::169.254.169.254")/${syn}`,
      ],
      reason: 'denied',
    },
  ],
  'IPv4 written as IPv6': [
    {
      from: 'alpha',
      send: [
        `IPv6(src=alpha6, dst="::ffff:192.0.2.10")/${syn}`,
        `IPv6(src="::ffff:10.8.1.5", dst=web6)/${syn}`,
        `IPv6(src="::ffff:10.8.1.5", dst="::ffff:192.0.2.10")/${syn}`,
      ],
      reason: 'malformed',
    },
    {
      from: 'alpha',
      send: [
        `IPv6(src=alpha6, dst="64:ff9b::198.51.100.66")/${syn}`,
        // Prefixes that only look like it: not the well-known one, so no IPv4 address is inside.
        `IPv6(src=alpha6, dst="64:ff9b:1::192.0.2.10")/${syn}`,
        `IPv6(src=alpha6, dst="64:ff9b::1:192.0.2.10")/${syn}`,
        `IPv6(src=alpha6, dst="::192.0.2.10")/${syn}`,
        `IPv6(src=alpha6, dst="2002:c000:20a::1")/${syn}`,
      ],
      reason: 'no-clause',
    },
    {
      from: 'alpha',
      send: `IPv6(src=alpha6, dst="64:ff9b::192.0.2.10")/${syn}`,
      reaches: 'outside',
    },
  ],
  'loopback, broadcast and multicast as destination': [
    {
      from: 'alpha',
      send: ['127.0.0.1', '0.0.0.0', '255.255.255.255', '10.8.1.255', '224.0.0.1', '240.0.0.1'].map(
        (dst) => `IP(src=alpha, dst="${dst}")/${syn}`,
      ),
      reason: 'no-clause',
    },
    {
      from: 'alpha',
      send: ['::1', '::', 'ff02::1', 'ff0e::1'].map(
        (dst) => `IPv6(src=alpha6, dst="${dst}")/${syn}`,
      ),
      reason: 'no-clause',
    },
  ],
  'ICMP that redirects, asks for masks and times, or offers routes': [
    {
      from: 'alpha',
      send: [4, 5, 6, 9, 10, 13, 14, 15, 17, 18, 30, 40, 42].map(
        (type) => `IP(src=alpha, dst=gateway)/ICMP(type=${type})/(b"\\0" * 32)`,
      ),
      reason: 'protocol',
    },
    {
      from: 'alpha',
      send: [
        'IPv6(src=alpha6, dst=gateway6, hlim=255)/ICMPv6ND_Redirect(tgt=vault6, dst=web6)',
        'IPv6(src="fe80::5", dst="ff02::1", hlim=255)/ICMPv6ND_RA()/ICMPv6NDOptPrefixInfo(prefix="2001:db8:bad::")',
        'IPv6(src=alpha6, dst=gateway6, hlim=255)/ICMPv6NIQueryNOOP()',
      ],
      // A sender that is nobody is told before what it sends.
      reason: 'protocol',
      beside: { protocol: -1, 'unknown-workload': 1 },
    },
  ],
  'neighbour discovery that would leave the link': [
    {
      from: 'alpha',
      send: [
        `IPv6(src=alpha6, dst=web6, hlim=255)/${solicitation}/(b"a secret")`,
        `IPv6(src=alpha6, dst=beta6, hlim=255)/${solicitation}/(b"a secret")`,
        `IPv6(src=alpha6, dst="ff05::1", hlim=255)/${solicitation}`,
        `IPv6(src=alpha6, dst=gateway6, hlim=64)/${solicitation}`,
        `IPv6(src=alpha6, dst=gateway6, hlim=255)/IPv6ExtHdrDestOpt()/${solicitation}`,
      ],
      reason: 'protocol',
    },
  ],
  'ARP for an address of another link': [
    {
      from: 'alpha',
      send: [
        'ARP(op=2, psrc=beta, pdst=gateway, hwsrc="02:00:00:00:00:02")',
        'ARP(op=1, psrc=beta, pdst=beta, hwsrc="02:00:00:00:00:02")',
        'ARP(op=2, psrc=router, pdst=gateway, hwsrc="02:00:00:00:00:02")',
        'ARP(op=2, psrc=resolver, pdst="10.8.1.6", hwsrc="02:00:00:00:00:02")',
      ],
      reason: 'spoofed-source',
    },
  ],
  'ARP that is none': [
    {
      from: 'alpha',
      send: [
        'ARP(op=3, psrc=alpha, pdst=gateway)',
        'ARP(op=8, psrc=alpha, pdst=gateway)',
        'ARP(op=0, psrc=alpha, pdst=gateway)',
        'ARP(hwtype=6, psrc=alpha, pdst=gateway)',
        'ARP(ptype=0x86dd, hwlen=6, plen=4, psrc=alpha, pdst=gateway)',
        'ARP(hwlen=8, psrc=alpha, pdst=gateway)',
        'ARP(plen=16, psrc=alpha, pdst=gateway)',
        'raw(Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01")/ARP(psrc=alpha, pdst=gateway))[:41]',
      ],
      reason: 'malformed',
    },
  ],
  'neighbour discovery in the name of another link': [
    {
      from: 'alpha',
      send: [
        'IPv6(src=beta6, dst=gateway6, hlim=255)/ICMPv6ND_NS(tgt=gateway6)/ICMPv6NDOptSrcLLAddr(lladdr="02:00:00:00:00:02")',
        'IPv6(src=alpha6, dst=gateway6, hlim=255)/ICMPv6ND_NA(tgt=beta6, O=1)/ICMPv6NDOptDstLLAddr(lladdr="02:00:00:00:00:02")',
        'IPv6(src=alpha6, dst="ff02::1", hlim=255)/ICMPv6ND_NA(tgt=router6, O=1)/ICMPv6NDOptDstLLAddr(lladdr="02:00:00:00:00:02")',
      ],
      reason: 'spoofed-source',
    },
  ],
};
