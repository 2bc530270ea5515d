/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* From IP payload to ports: TCP, UDP and the ICMP of both families. */
#ifndef SP_PARSE_L4_H
#define SP_PARSE_L4_H

#define SP_PARSED 0
#define SP_PASS 1 /* neighbour discovery */

#define SP_TCP_FIN 0x01
#define SP_TCP_SYN 0x02
#define SP_TCP_RST 0x04
#define SP_TCP_ACK 0x10
#define SP_TCP_URG 0x20

static __always_inline int opens_tcp(struct sp_context *c)
{
	return (c->tcp_flags & (SP_TCP_SYN | SP_TCP_ACK)) == SP_TCP_SYN;
}

/* RFC 792. Not <linux/icmp.h>: it pulls in the C library's headers. */
#define ICMP_ECHOREPLY 0
#define ICMP_DEST_UNREACH 3
#define ICMP_ECHO 8
#define ICMP_TIME_EXCEEDED 11
#define ICMP_PARAMETERPROB 12

struct sp_icmp_header {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be16 id;
	__be16 sequence;
};

static __always_inline int parse_tcp(struct sp_context *c, void *at, void *end)
{
	struct tcphdr *tcp = at;
	__u32 header;

	if ((void *)(tcp + 1) > end)
		return -SP_REASON_MALFORMED;
	header = tcp->doff * 4;
	if (header < sizeof(*tcp) || header > c->l4_length)
		return -SP_REASON_MALFORMED;
	c->tcp_flags = ((__u8 *)tcp)[13];
	/* No stack sends these; they serve to slip past filters. */
	if ((c->tcp_flags & 0x3f) == 0 || (c->tcp_flags & 0x03) == 0x03 || (c->tcp_flags & 0x06) == 0x06)
		return -SP_REASON_MALFORMED;
	c->port_src = bpf_ntohs(tcp->source);
	c->port_dst = bpf_ntohs(tcp->dest);
	if (!c->port_src || !c->port_dst)
		return -SP_REASON_MALFORMED;
	c->payload_offset = c->l4_offset + header;
	c->payload_length = c->l4_length - header;
	return SP_PARSED;
}

static __always_inline int parse_udp(struct sp_context *c, void *at, void *end)
{
	struct udphdr *udp = at;
	__u32 length;

	if ((void *)(udp + 1) > end)
		return -SP_REASON_MALFORMED;
	length = bpf_ntohs(udp->len);
	if (length < sizeof(*udp) || length > c->l4_length)
		return -SP_REASON_MALFORMED;
	c->port_src = bpf_ntohs(udp->source);
	c->port_dst = bpf_ntohs(udp->dest);
	if (!c->port_src || !c->port_dst)
		return -SP_REASON_MALFORMED;
	c->payload_offset = c->l4_offset + sizeof(*udp);
	c->payload_length = length - sizeof(*udp);
	return SP_PARSED;
}

static __always_inline void set_echo(struct sp_context *c, __u8 kind, __be16 id)
{
	c->icmp = kind;
	c->port_src = bpf_ntohs(id);
	c->port_dst = c->port_src;
}

static __always_inline int parse_icmp4(struct sp_context *c, void *at, void *end)
{
	struct sp_icmp_header *icmp = at;

	if ((void *)(icmp + 1) > end || c->l4_length < sizeof(*icmp))
		return -SP_REASON_MALFORMED;
	c->protocol = IPPROTO_ICMP;
	switch (icmp->type) {
	case ICMP_ECHO:
	case ICMP_ECHOREPLY:
		if (icmp->code)
			return -SP_REASON_MALFORMED;
		set_echo(c, icmp->type == ICMP_ECHO ? SP_ICMP_REQUEST : SP_ICMP_REPLY,
			 icmp->id);
		return SP_PARSED;
	case ICMP_DEST_UNREACH:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		c->icmp = SP_ICMP_ERROR;
		return SP_PARSED;
	default:
		c->other_protocol = 1;
		return SP_PARSED;
	}
}

#ifdef SP_SIDECAR

/* The machine's neighbours are its own kernel's to ask, by sockets that are in no cgroup. */
static __always_inline int stays_on_link(struct __sk_buff *skb, struct sp_context *c)
{
	return 0;
}

#else

/*
 * Whether this machine would not send the packet on. Neighbours are asked at any address of theirs, and a router
 * forwards such packets like others: unjudged they would carry data to anywhere.
 */
static __noinline int stays_on_link(struct __sk_buff *skb, struct sp_context *c)
{
	struct bpf_fib_lookup route = { .family = 10 /* AF_INET6 */, .ifindex = skb->ifindex };
	__u64 high = bpf_be64_to_cpu(c->dst[0]);
	long found;

	/* ff02::/16 and fe80::/10 */
	if (high >> 48 == 0xff02 || high >> 54 == 0xfe80 >> 6)
		return 1;
	/* Groups beyond the link are for multicast routers, whom the table of routes does not know. */
	if (high >> 56 == 0xff)
		return 0;
	__builtin_memcpy(route.ipv6_src, c->src, 16);
	__builtin_memcpy(route.ipv6_dst, c->dst, 16);
	found = bpf_fib_lookup(skb, &route, sizeof(route), 0);
	return found == BPF_FIB_LKUP_RET_NOT_FWDED || found == BPF_FIB_LKUP_RET_FWD_DISABLED;
}

#endif

/* RFC 4861: hop limit 255 proves that the sender is on the link. Routers speak to agents, never the reverse. */
static __always_inline int is_neighbour_discovery(struct __sk_buff *skb, struct sp_context *c,
						  struct icmp6hdr *icmp, __u8 hop_limit)
{
	__u8 type = icmp->icmp6_type;

	if (hop_limit != 255 || icmp->icmp6_code)
		return 0;
	if (type != 135 && type != 136 && type != (c->direction == SP_FROM_AGENT ? 133 : 134))
		return 0;
	return c->direction == SP_TO_AGENT || stays_on_link(skb, c);
}

static __always_inline int parse_icmp6(struct __sk_buff *skb, struct sp_context *c, void *at,
				       void *end, __u8 hop_limit, int extended)
{
	struct icmp6hdr *icmp = at;

	if ((void *)(icmp + 1) > end || c->l4_length < sizeof(*icmp))
		return -SP_REASON_MALFORMED;
	c->protocol = IPPROTO_ICMP;
	switch (icmp->icmp6_type) {
	case ICMPV6_ECHO_REQUEST:
	case ICMPV6_ECHO_REPLY:
		if (icmp->icmp6_code)
			return -SP_REASON_MALFORMED;
		set_echo(c,
			 icmp->icmp6_type == ICMPV6_ECHO_REQUEST ? SP_ICMP_REQUEST : SP_ICMP_REPLY,
			 icmp->icmp6_identifier);
		return SP_PARSED;
	case ICMPV6_DEST_UNREACH:
	case ICMPV6_PKT_TOOBIG:
	case ICMPV6_TIME_EXCEED:
	case ICMPV6_PARAMPROB:
		c->icmp = SP_ICMP_ERROR;
		return SP_PARSED;
	default:
		if (!extended && is_neighbour_discovery(skb, c, icmp, hop_limit))
			return SP_PASS;
		c->other_protocol = 1;
		return SP_PARSED;
	}
}

#endif
