/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A packet against the flow table: known, to be judged again, or new. */
#ifndef SP_TRACK_H
#define SP_TRACK_H

static __always_inline void follow_tcp(struct sp_context *c, struct sp_flow *flow)
{
	if ((c->tcp_flags & (SP_TCP_FIN | SP_TCP_RST)) && !(flow->flags & SP_FLOW_CLOSING))
		flow->flags |= SP_FLOW_CLOSING;
}

#ifdef SP_SIDECAR

/* Whether both ends of a flow are in the cgroup: what one sends is seen again as the other gets it, and counted once. */
static __always_inline int is_counted(struct sp_context *c, struct sp_flow *flow, int forward)
{
	if (c->direction == SP_FROM_AGENT)
		return 0;
	if (forward && !(flow->flags & (SP_FLOW_INBOUND | SP_FLOW_INSIDE)))
		flow->flags |= SP_FLOW_INSIDE;
	return flow->flags & SP_FLOW_INSIDE;
}

#else

static __always_inline int is_counted(struct sp_context *c, struct sp_flow *flow, int forward)
{
	return 0;
}

#endif

static __always_inline void account(struct sp_context *c, struct sp_flow *flow, int forward)
{
	int side = forward ? 0 : 1;

	flow->last_seen = bpf_ktime_get_coarse_ns();
	if (!forward && !(flow->flags & SP_FLOW_REPLIED))
		flow->flags |= SP_FLOW_REPLIED;
	if (is_counted(c, flow, forward))
		return;
	SP_ADD(flow->packets[side], 1);
	SP_ADD(flow->bytes[side], c->length);
	/* While a verdict waits for the ClientHello, no clause has decided. */
	if (flow->clause && (flow->hello < SP_HELLO_REQUIRED || flow->hello == SP_HELLO_TOLD))
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

static __always_inline int known_flow(struct __sk_buff *skb, struct sp_context *c, struct sp_flow *flow,
				      int forward)
{
	__u64 judged = *(volatile __u64 *)&flow->judged;

	if (needs_judgement(c, flow, judged)) {
		if (flow->hello == SP_HELLO_DENIED)
			return deny_again(c, flow, 0);
		judged = judge_again(c, flow);
	}
	if (!judged)
		return flow->flags & SP_FLOW_OPENING ? deny_opening(c, flow) : refuse_known(c, flow);
	if (flow->flags & SP_FLOW_OPENING) {
		int verdict = known_opening(skb, c, flow, forward);

		if (verdict != TC_ACT_UNSPEC)
			return verdict;
	}
	/* The one who asked may go on asking, the other only answers. */
	if (c->protocol == IPPROTO_ICMP && forward != (c->icmp == SP_ICMP_REQUEST))
		return deny_for(c, SP_REASON_NOT_ESTABLISHED);
	if (is_filtered(judged)) {
		int verdict = known_dns(skb, c, flow, forward);

		if (verdict != TC_ACT_UNSPEC)
			return verdict;
	}
	if (flow->terms && !is_counted(c, flow, forward) && known_terms(skb, c, flow) != TC_ACT_UNSPEC)
		return TC_ACT_SHOT;
	if (c->protocol == IPPROTO_TCP)
		follow_tcp(c, flow);
	account(c, flow, forward);
	c->agent = flow->agent;
	c->verdict.decision = SP_DECISION_ALLOW;
	c->verdict.reason = forward ? flow->reason : SP_REASON_REPLY;
	c->verdict.clause = flow->clause;
	c->verdict.noted = flow->noted;
	if (flow->hello == SP_HELLO_REQUIRED) {
		c->verdict.reason = forward ? SP_REASON_ALLOWED : SP_REASON_REPLY;
		c->verdict.clause = c->verdict.noted = 0;
	}
	return pass();
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
	c->flow_hello = SP_HELLO_UNREAD;
	if (c->mode == SP_MODE_FLOW) {
		c->hello = SP_HELLO_READ;
		c->sni = c->sni_given;
	} else if (c->protocol == IPPROTO_TCP) {
		c->hello = SP_HELLO_REQUIRED;
		if (!opens_tcp(c))
			c->flow_hello = SP_HELLO_UNSEEN;
	}
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
		judge_inbound(c, c->src);
	}
	if (c->hello == SP_HELLO_REQUIRED && (needs_hello(c) || heeds_hello(c))) {
		/* In mid-stream it cannot be known any more to be TLS, nor not to ask for a name that is denied. */
		if (c->flow_hello == SP_HELLO_UNSEEN)
			return deny_for(c, SP_REASON_NOT_ESTABLISHED);
		c->flow_hello = needs_hello(c) ? SP_HELLO_REQUIRED : SP_HELLO_WATCHED;
		return begin_opening(skb, c);
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
	/* A flow that was only asked about begins nowhere, and spends nothing. */
	if (c->mode != SP_MODE_FLOW) {
		reason = c->verdict.terms ? meet_terms(skb, c, c->verdict.terms) : 0;
		if (reason) {
			c->verdict.reason = reason;
			return deny(c);
		}
		reason = add_flow(c);
		if (reason)
			return deny_for(c, reason);
	}
	count_reason(c->verdict.reason, c->length);
	if (c->verdict.clause)
		count_clause(c->verdict.clause, 1, c->length);
	tell_flow(c, SP_EVENT_NEW);
	return pass();
}

/*
 * Whether a SYN on a known tuple is another connection's, and not sent again for want of an answer. While a ClientHello
 * is read, none is: the server may hold bytes of it.
 */
static __always_inline int begins_anew(struct sp_context *c, struct sp_flow *flow, int forward)
{
	if (!forward)
		return 1;
	if (flow->flags & SP_FLOW_OPENING)
		return 0;
	return (flow->flags & (SP_FLOW_REPLIED | SP_FLOW_CLOSING)) || flow->hello == SP_HELLO_UNSEEN ||
	       needs_judgement(c, flow, flow->judged);
}

static __always_inline int track(struct __sk_buff *skb, struct sp_context *c)
{
	struct sp_flow *flow;
	int forward, reopens;

	if (c->icmp == SP_ICMP_ERROR)
		return related(skb, c);
	if (c->other_protocol)
		return new_flow(skb, c);
	set_key(&c->key, c->src, c->dst, c->port_src, c->port_dst, c->protocol, c->ifindex);
	flow = bpf_map_lookup_elem(&sp_flows, &c->key);
	if (!flow)
		return new_flow(skb, c);
	forward = from_initiator(c, flow);
	if (!is_from_its_side(c, flow, forward)) {
		int reason = other_side(c);

		if (reason)
			return deny_for(c, reason);
	}
	reopens = c->protocol == IPPROTO_TCP && opens_tcp(c) && begins_anew(c, flow, forward);
	if (!reopens)
		return known_flow(skb, c, flow, forward);
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
