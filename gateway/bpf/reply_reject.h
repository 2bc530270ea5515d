/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* `onDeny: reject`: a TCP reset, or the ICMP error "administratively prohibited". */
#ifndef SP_REPLY_REJECT_H
#define SP_REPLY_REJECT_H

#define SP_ICMP4_PROHIBITED 13
#define SP_ICMP6_PROHIBITED 1
/* All of an ICMPv4 error: 576 bytes (RFC 1812 section 4.3.2.3); of an ICMPv6 one: 1280 (RFC 4443 section 2.4 c). */
#define SP_ICMP4_QUOTED (576 - 20 - 8)
#define SP_ICMP6_QUOTED (1280 - 40 - 8)

/* RFC 9293 section 3.10.7.1: what a host without such a connection answers. */
static __always_inline int reset(struct __sk_buff *skb, struct sp_context *c)
{
	struct tcphdr in, *out = (void *)c->reply;
	__u32 length = c->payload_length;

	if (c->tcp_flags & SP_TCP_RST || bpf_skb_load_bytes(skb, c->l4_offset, &in, sizeof(in)))
		return -1;
	__builtin_memset(out, 0, sizeof(*out));
	out->source = in.dest;
	out->dest = in.source;
	out->doff = sizeof(*out) / 4;
	out->rst = 1;
	if (in.ack) {
		out->seq = in.ack_seq;
	} else {
		length += in.syn + in.fin;
		out->ack_seq = bpf_htonl(bpf_ntohl(in.seq) + length);
		out->ack = 1;
	}
	length = pseudo_sum(c, IPPROTO_TCP, sizeof(*out));
	out->check = is_left_to_card(c, in.check) ? fold(length) :
						    (__u16)~fold(sum_reply(c, sizeof(*out), length));
	return write_reply(skb, c, IPPROTO_TCP, sizeof(*out));
}

/*
 * Where the card completes the checksum of what was a UDP datagram, it writes it over the last two unused bytes of the
 * ICMP header. The error stays sound if these held the sum of the pseudo-header, which ICMPv4 has none of.
 */
static __always_inline int prohibit(struct __sk_buff *skb, struct sp_context *c)
{
	__u32 most = c->family == 4 ? SP_ICMP4_QUOTED : SP_ICMP6_QUOTED;
	__u64 quoted = c->l4_offset - ETH_HLEN + c->l4_length;
	struct sp_icmp_header *icmp = (void *)c->reply;
	__u32 sum = 0;

	if (quoted > most)
		quoted = most;
	asm volatile("" : "+r"(quoted));
	if (quoted < sizeof(struct iphdr) || quoted > SP_ICMP6_QUOTED ||
	    bpf_skb_load_bytes(skb, ETH_HLEN, c->reply + sizeof(*icmp), quoted))
		return -1;
	__builtin_memset(icmp, 0, sizeof(*icmp));
	if (c->family == 4) {
		icmp->type = ICMP_DEST_UNREACH;
		icmp->code = SP_ICMP4_PROHIBITED;
	} else {
		__u16 check = 0;

		icmp->type = ICMPV6_DEST_UNREACH;
		icmp->code = SP_ICMP6_PROHIBITED;
		sum = pseudo_sum(c, IPPROTO_ICMPV6, sizeof(*icmp) + quoted);
		if (c->protocol == IPPROTO_UDP &&
		    !bpf_skb_load_bytes(skb, c->l4_offset + 6, &check, sizeof(check)) &&
		    is_left_to_card(c, check))
			icmp->sequence = fold(sum);
	}
	icmp->checksum = ~fold(sum_reply(c, sizeof(*icmp) + quoted, sum));
	return write_reply(skb, c, c->family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6,
			   sizeof(*icmp) + quoted);
}

/* Neither multicast nor broadcast, this network, loopback or reserved: those have no one end to answer (RFC 1122). */
static __always_inline int is_one_host(const __u64 address[2])
{
	__u8 first;

	if (!is_ipv4(address)) {
		first = ((const __u8 *)address)[0];
		return first != 0xff && (address[0] || (address[1] & bpf_cpu_to_be64(~1ULL)));
	}
	first = ((const __u8 *)address)[12];
	return first != 0 && first != 127 && first < 224;
}

/* What is malformed, of nobody or of somebody else gets no answer, and neither does what may be an answer itself. */
static __always_inline int may_reject(struct sp_context *c)
{
	struct sp_agent *agent = agent_record(c, c->agent);

	if (!agent || !(agent->flags & SP_AGENT_REJECT))
		return 0;
	switch (c->verdict.reason) {
	case SP_REASON_DNS_MALFORMED:
	case SP_REASON_UNKNOWN_WORKLOAD:
	case SP_REASON_SPOOFED_SOURCE:
	case SP_REASON_MALFORMED:
	case SP_REASON_FRAGMENT:
		return 0;
	}
	/* Of ICMP only echo requests: never an error about an error (RFC 1122 section 3.2.2). */
	if ((c->protocol == IPPROTO_ICMP || c->protocol == IPPROTO_ICMPV6) &&
	    c->icmp != SP_ICMP_REQUEST)
		return 0;
	return is_one_host(c->src) && is_one_host(c->dst);
}

static __always_inline int reject(struct __sk_buff *skb, struct sp_context *c)
{
	if (!may_reject(c) || !may_reply(c))
		return -1;
	return c->protocol == IPPROTO_TCP ? reset(skb, c) : prohibit(skb, c);
}

#endif
