/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A packet against the flow table: known, to be judged again, new, or an error about a known one. */
#ifndef SP_TRACK_H
#define SP_TRACK_H

#define SP_TCP_FIN 0x01
#define SP_TCP_SYN 0x02
#define SP_TCP_RST 0x04
#define SP_TCP_ACK 0x10

static __always_inline int opens_tcp(struct sp_context *c)
{
	return (c->tcp_flags & (SP_TCP_SYN | SP_TCP_ACK)) == SP_TCP_SYN;
}

static __always_inline int pass(void)
{
	/* Not TC_ACT_OK: other filters on the interface have their say. */
	return TC_ACT_UNSPEC;
}

static __always_inline void set_judged_from_key(struct sp_context *c, int from_b, __u8 protocol)
{
	set_judged(c->judge_src, from_b ? c->key.b : c->key.a);
	set_judged(c->judge_dst, from_b ? c->key.a : c->key.b);
	c->judge_protocol = protocol_bit(protocol);
	c->judge_port = protocol == IPPROTO_ICMP ? 0 : from_b ? c->key.port_a : c->key.port_b;
}

/* D12: by the rules of now, with the names of then. 0 when the flow may go on. */
static __noinline int judge_again(struct sp_context *c, struct sp_flow *flow)
{
	int from_b = flow->flags & SP_FLOW_FROM_B, inbound = flow->flags & SP_FLOW_INBOUND;
	__u32 agent = flow->agent;
	__u8 reason;

	set_judged_from_key(c, from_b, c->key.protocol);
	clear_verdict(c);
	reason = identify(c, from_b == !inbound ? c->key.b : c->key.a);
	if (reason || c->agent != agent) {
		set_default(c, reason ?: SP_REASON_UNKNOWN_WORKLOAD);
		return -1;
	}
	c->name_count = flow->name_count;
	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++)
		c->names[i] = flow->names[i];
	if (inbound)
		judge_inbound(c);
	else
		judge_outbound(c);
	if (c->verdict.decision != SP_DECISION_ALLOW)
		return -1;
	flow->clause = c->verdict.clause;
	flow->noted = c->verdict.noted;
	flow->reason = c->verdict.reason;
	if (c->verdict.flags & SP_CANDIDATE_RESOLVER)
		flow->flags |= SP_FLOW_DNS;
	else
		flow->flags &= ~SP_FLOW_DNS;
	/* Last: whoever reads this generation reads the fields above. */
	asm volatile("" ::: "memory");
	*(volatile __u64 *)&flow->generation = c->generation;
	return 0;
}

static __always_inline void follow_tcp(struct sp_context *c, struct sp_flow *flow)
{
	if ((c->tcp_flags & (SP_TCP_FIN | SP_TCP_RST)) && !(flow->flags & SP_FLOW_CLOSING))
		flow->flags |= SP_FLOW_CLOSING;
}

static __always_inline void account(struct sp_context *c, struct sp_flow *flow, int forward)
{
	int side = forward ? 0 : 1;

	flow->last_seen = bpf_ktime_get_coarse_ns();
	flow->packets[side]++;
	flow->bytes[side] += c->length;
	if (!forward && !(flow->flags & SP_FLOW_REPLIED))
		flow->flags |= SP_FLOW_REPLIED;
	if (flow->clause)
		count_clause(flow->clause, 0, c->length);
	count_reason(forward ? SP_REASON_ALLOWED : SP_REASON_REPLY, c->length);
}

static __noinline int known_dns(struct __sk_buff *skb, struct sp_context *c, struct sp_flow *flow,
				int forward)
{
	__u32 agent = flow->agent;

	if (c->mode == SP_MODE_FLOW)
		return pass();
	if (!become_agent(c, agent))
		return deny_for(c, SP_REASON_UNKNOWN_WORKLOAD);
	if (forward)
		return pass_question(skb, c);
	return heed_answer(skb, c) ? deny_for(c, SP_REASON_DNS_MALFORMED) : pass();
}

static __always_inline int known_flow(struct __sk_buff *skb, struct sp_context *c, struct sp_flow *flow)
{
	int forward = from_initiator(c, flow);

	if (flow->generation != c->generation && judge_again(c, flow)) {
		remove_flow(&c->key, flow);
		return deny(c);
	}
	/* The one who asked may go on asking, the other only answers. */
	if (c->protocol == IPPROTO_ICMP && forward != (c->icmp == SP_ICMP_REQUEST))
		return deny_for(c, SP_REASON_NOT_ESTABLISHED);
	if (flow->flags & SP_FLOW_DNS) {
		int verdict = known_dns(skb, c, flow, forward);

		if (verdict != TC_ACT_UNSPEC)
			return verdict;
	}
	if (c->protocol == IPPROTO_TCP)
		follow_tcp(c, flow);
	account(c, flow, forward);
	c->agent = flow->agent;
	c->verdict.decision = SP_DECISION_ALLOW;
	c->verdict.reason = forward ? flow->reason : SP_REASON_REPLY;
	c->verdict.clause = flow->clause;
	c->verdict.noted = flow->noted;
	return pass();
}

/* Who the governed agent is, or the reason why there is none. */
static __always_inline int identify_side(struct sp_context *c)
{
	__u8 reason;

	if (c->direction == SP_FROM_AGENT)
		return identify(c, c->src);
	set_judged(c->judge_dst, c->dst);
	reason = identify(c, c->judge_dst);
	/* Towards the agents nobody is spoofed: the address is simply no workload's. */
	return reason ? SP_REASON_UNKNOWN_WORKLOAD : 0;
}

/* What can begin a flow. 0, or the reason why this packet cannot. */
static __always_inline int cannot_begin(struct sp_context *c)
{
	if (c->other_protocol)
		return SP_REASON_PROTOCOL;
	if (c->protocol == IPPROTO_ICMP)
		return c->icmp == SP_ICMP_REQUEST ? 0 : SP_REASON_NOT_ESTABLISHED;
	if (c->protocol != IPPROTO_TCP || opens_tcp(c))
		return 0;
	/* A connection older than the gateway may go on if the rules allow it; an answer to an unseen SYN may not. */
	if (c->direction == SP_FROM_AGENT &&
	    (c->tcp_flags & (SP_TCP_SYN | SP_TCP_RST | SP_TCP_FIN | SP_TCP_ACK)) == SP_TCP_ACK)
		return 0;
	return SP_REASON_NOT_ESTABLISHED;
}

static __noinline int new_flow(struct __sk_buff *skb, struct sp_context *c)
{
	__u8 reason;

	c->name_count = 0;
	clear_verdict(c);
	reason = identify_side(c);
	if (!reason)
		reason = cannot_begin(c);
	if (reason)
		return deny_for(c, reason);
	if (c->mode == SP_MODE_QUESTION)
		return pass_question(skb, c);
	set_judged(c->judge_src, c->src);
	set_judged(c->judge_dst, c->dst);
	c->judge_protocol = protocol_bit(c->protocol);
	c->judge_port = c->protocol == IPPROTO_ICMP ? 0 : c->port_dst;
	if (c->direction == SP_FROM_AGENT) {
		recall_names(c);
		judge_outbound(c);
	} else {
		judge_inbound(c);
	}
	if (c->verdict.decision != SP_DECISION_ALLOW)
		return deny(c);
	if ((c->verdict.flags & SP_CANDIDATE_RESOLVER) && c->mode == SP_MODE_PACKET) {
		struct sp_verdict flow = c->verdict;

		if (pass_question(skb, c) != TC_ACT_UNSPEC)
			return TC_ACT_SHOT;
		c->verdict = flow;
		reason = add_flow(c);
		if (reason) {
			bpf_map_delete_elem(&sp_questions, &c->key);
			return deny_for(c, reason);
		}
		count_reason(c->verdict.reason, c->length);
		return pass();
	}
	reason = add_flow(c);
	if (reason)
		return deny_for(c, reason);
	count_reason(c->verdict.reason, c->length);
	if (c->verdict.clause)
		count_clause(c->verdict.clause, 1, c->length);
	tell_flow(c, SP_EVENT_NEW);
	return pass();
}

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

		if (bpf_skb_load_bytes(skb, at, &ip, sizeof(ip)) || ip.version != 4 || ip.ihl < 5)
			return -1;
		set_ipv4(inner->src, ip.saddr);
		set_ipv4(inner->dst, ip.daddr);
		inner->protocol = ip.protocol;
		header = ip.ihl * 4;
	} else {
		struct ipv6hdr ip;

		if (bpf_skb_load_bytes(skb, at, &ip, sizeof(ip)) || ip.version != 6)
			return -1;
		__builtin_memcpy(inner->src, &ip.saddr, 16);
		__builtin_memcpy(inner->dst, &ip.daddr, 16);
		inner->protocol = ip.nexthdr == IPPROTO_ICMPV6 ? IPPROTO_ICMP : ip.nexthdr;
		header = sizeof(ip);
	}
	if (bpf_skb_load_bytes(skb, at + header, ports, sizeof(ports)))
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
	if (!same_address(c->direction == SP_FROM_AGENT ? inner.dst : inner.src,
			  c->direction == SP_FROM_AGENT ? c->src : c->dst))
		return deny_for(c, SP_REASON_NOT_ESTABLISHED);
	set_key(&c->key, inner.src, inner.dst, inner.port_src, inner.port_dst, inner.protocol,
		c->ifindex);
	flow = bpf_map_lookup_elem(&sp_flows, &c->key);
	if (!flow)
		return deny_for(c, SP_REASON_NOT_ESTABLISHED);
	if (flow->generation != c->generation && judge_again(c, flow)) {
		remove_flow(&c->key, flow);
		return deny(c);
	}
	length = c->length;
	count_reason(SP_REASON_RELATED, length);
	c->verdict.decision = SP_DECISION_ALLOW;
	c->verdict.reason = SP_REASON_RELATED;
	return pass();
}

static __always_inline int track(struct __sk_buff *skb, struct sp_context *c)
{
	struct sp_flow *flow;
	int reopens;

	if (c->icmp == SP_ICMP_ERROR)
		return related(skb, c);
	if (c->other_protocol)
		return new_flow(skb, c);
	set_key(&c->key, c->src, c->dst, c->port_src, c->port_dst, c->protocol, c->ifindex);
	flow = bpf_map_lookup_elem(&sp_flows, &c->key);
	if (!flow)
		return new_flow(skb, c);
	reopens = c->protocol == IPPROTO_TCP && opens_tcp(c) &&
		  (!from_initiator(c, flow) || (flow->flags & (SP_FLOW_REPLIED | SP_FLOW_CLOSING)));
	if (!reopens)
		return known_flow(skb, c, flow);
	/* A SYN on a known tuple is judged anew. One from outside must not end what the agent began. */
	if (c->direction == SP_FROM_AGENT)
		remove_flow(&c->key, flow);
	else if (!(flow->flags & SP_FLOW_INBOUND))
		return deny_for(c, SP_REASON_NO_INGRESS);
	else
		remove_flow(&c->key, flow);
	return new_flow(skb, c);
}

#endif
