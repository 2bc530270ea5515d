/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* ICMP errors: about known flows only. */
#ifndef SP_RELATED_H
#define SP_RELATED_H

/* The start of the packet that an ICMP error is about. */
struct sp_inner {
	__u64 src[2];
	__u64 dst[2];
	__u16 port_src;
	__u16 port_dst;
	__u8 protocol;
};

static __always_inline int read_inner(struct __sk_buff *skb, struct sp_context *c, struct sp_inner *inner)
{
	__u32 at = c->l4_offset + 8, header;
	__be16 ports[4];
	int echo;

	if (c->family == 4) {
		struct iphdr ip;

		if (bpf_skb_load_bytes(skb, at, &ip, sizeof(ip)) || ip.version != 4 || ip.ihl < 5 ||
		    ip.frag_off & bpf_htons(0x1fff))
			return -1;
		set_ipv4(inner->src, ip.saddr);
		set_ipv4(inner->dst, ip.daddr);
		inner->protocol = ip.protocol == IPPROTO_ICMPV6 ? 0 : ip.protocol;
		header = ip.ihl * 4;
	} else {
		struct ipv6hdr ip;

		if (bpf_skb_load_bytes(skb, at, &ip, sizeof(ip)) || ip.version != 6)
			return -1;
		__builtin_memcpy(inner->src, &ip.saddr, 16);
		__builtin_memcpy(inner->dst, &ip.daddr, 16);
		inner->protocol = ip.nexthdr == IPPROTO_ICMPV6 ? IPPROTO_ICMP :
				  ip.nexthdr == IPPROTO_ICMP   ? 0 :
								 ip.nexthdr;
		header = sizeof(ip);
	}
	if (at + header + sizeof(ports) > c->l4_offset + c->l4_length ||
	    bpf_skb_load_bytes(skb, at + header, ports, sizeof(ports)))
		return -1;
	echo = inner->protocol == IPPROTO_ICMP;
	inner->port_src = bpf_ntohs(echo ? ports[2] : ports[0]);
	inner->port_dst = bpf_ntohs(echo ? ports[2] : ports[1]);
	return 0;
}

/* An ICMP error passes only about a packet that the other direction has let through (RFC 5927). */
static __noinline int related(struct __sk_buff *skb, struct sp_context *c)
{
	struct sp_inner inner = {};
	struct sp_flow *flow;
	__u32 length;

	if (read_inner(skb, c, &inner))
		return deny_for(c, SP_REASON_MALFORMED);
	/* It goes to whoever sent that packet and nowhere else, or it would carry data to any address. */
	if (!same_address(inner.src, c->dst))
		return deny_for(c, SP_REASON_NOT_ESTABLISHED);
	/* Any router may report to an agent; an agent reports only of what reached it. */
	if (c->direction == SP_FROM_AGENT) {
		int reason = other_side(c);

		if (reason)
			return deny_for(c, reason);
		if (!same_address(inner.dst, c->src))
			return deny_for(c, SP_REASON_NOT_ESTABLISHED);
	}
	set_key(&c->key, inner.src, inner.dst, inner.port_src, inner.port_dst, inner.protocol,
		c->ifindex);
	flow = bpf_map_lookup_elem(&sp_flows, &c->key);
	/* While the ClientHello is awaited a server has said nothing that an agent could report of, but much could be said. */
	if (!flow || flow->hello == SP_HELLO_DENIED ||
	    (c->direction == SP_FROM_AGENT && flow->hello == SP_HELLO_REQUIRED))
		return deny_for(c, SP_REASON_NOT_ESTABLISHED);
	if (needs_judgement(c, flow, flow->judged) && !judge_again(c, flow))
		return flow->flags & SP_FLOW_OPENING ? deny_opening(c, flow) : refuse_known(c, flow);
	/* It can carry as much as any other packet. */
	if (flow->terms && known_terms(skb, c, flow) != TC_ACT_UNSPEC)
		return TC_ACT_SHOT;
	length = c->length;
	count_reason(SP_REASON_RELATED, length);
	c->agent = flow->agent;
	c->verdict.decision = SP_DECISION_ALLOW;
	c->verdict.reason = SP_REASON_RELATED;
	c->verdict.clause = flow->hello == SP_HELLO_REQUIRED ? 0 : flow->clause;
	c->verdict.noted = flow->hello == SP_HELLO_REQUIRED ? 0 : flow->noted;
	return pass();
}

#endif
