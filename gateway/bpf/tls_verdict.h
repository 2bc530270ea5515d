/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* From an opening to the verdict on its flow: how it begins, what is told of it, and how it ends. */
#ifndef SP_TLS_VERDICT_H
#define SP_TLS_VERDICT_H

static __noinline void tell_opening(const struct sp_flow_key *key, struct sp_flow *flow, __u8 kind)
{
	struct sp_flow_event *event = reserve_flow_event();

	if (!event)
		return;
	describe_flow(event, key, flow, kind);
	bpf_ringbuf_submit(event, 0);
}

/*
 * Denied, by what the flow says of clause and reason. It stays in the table until it has been silent for a while: a
 * new flow at once would be read from its begin, while the server still holds bytes of this one.
 */
static __noinline void end_opening(struct sp_flow_key *key, struct sp_flow *flow, __u32 was_told)
{
	if (was_told)
		tell_opening(key, flow, SP_EVENT_CLOSE);
	tell_opening(key, flow, SP_EVENT_DENY);
	flow->hello = SP_HELLO_DENIED;
	/* Of no generation: another CPU may be ending its opening as that of an allowed flow. */
	*(volatile __u64 *)&flow->judged = 0;
	forget_opening(key);
}

static __always_inline void tell_beginning(struct sp_flow_key *key, struct sp_flow *flow)
{
	struct sp_clause_counter *counter = bpf_map_lookup_elem(&sp_clause_count, &flow->clause);

	if (flow->clause && counter) {
		SP_ADD(counter->flows, 1);
		SP_ADD(counter->packets, flow->packets[0] + flow->packets[1]);
		SP_ADD(counter->bytes, flow->bytes[0] + flow->bytes[1]);
	}
	tell_opening(key, flow, SP_EVENT_NEW);
}

static __always_inline int begin_opening(struct __sk_buff *skb, struct sp_context *c)
{
	struct sp_opening *fresh = &c->new_opening;
	__be32 sequence;
	__u8 reason = 0;
	long error;

	/* What comes with a SYN may be read by the server or not, and would be seen again. */
	if (c->payload_length)
		return let_resend(c, SP_REASON_TLS_PENDING);
	if (bpf_skb_load_bytes(skb, c->l4_offset + 4, &sequence, sizeof(sequence)))
		return deny_for(c, SP_REASON_MALFORMED);
	__builtin_memset(fresh, 0, sizeof(*fresh));
	if (c->flow_hello != SP_HELLO_WATCHED) {
		c->verdict.terms = c->verdict.nearest_terms;
		fresh->bytes = ip_length(skb, c);
	}
	if (c->verdict.terms)
		reason = meet_terms(skb, c, c->verdict.terms);
	if (reason) {
		c->verdict.reason = reason;
		return deny(c);
	}
	fresh->first = bpf_ntohl(sequence) + 1;
	fresh->since = bpf_ktime_get_coarse_ns();
	fresh->missing = 1;
	fresh->agent = c->agent;
	error = bpf_map_update_elem(&sp_openings, &c->key, fresh, BPF_NOEXIST);
	/* Another CPU saw the same flow begin, or the one before it is not cleared away. */
	if (error == -17 /* EEXIST */)
		return let_resend(c, SP_REASON_TLS_PENDING);
	if (error)
		return deny_for(c, SP_REASON_FLOW_TABLE_FULL);
	reason = add_flow(c);
	if (reason) {
		bpf_map_delete_elem(&sp_openings, &c->key);
		return deny_for(c, reason);
	}
	c->verdict.decision = SP_DECISION_ALLOW;
	c->verdict.reason = SP_REASON_ALLOWED;
	c->verdict.clause = c->verdict.noted = 0;
	count_reason(SP_REASON_ALLOWED, c->length);
	return pass();
}

/* One more packet of a flow that was denied. */
static __always_inline int deny_again(struct sp_context *c, struct sp_flow *flow, __u64 flows)
{
	c->agent = flow->agent;
	c->refused = SP_REFUSED_PACKET;
	c->verdict.decision = SP_DECISION_DENY;
	c->verdict.reason = flow->reason;
	c->verdict.clause = flow->clause;
	c->verdict.noted = flow->noted;
	count_reason(flow->reason, c->length);
	if (flow->clause)
		count_clause(flow->clause, flows, c->length);
	return TC_ACT_SHOT;
}

/* Denied, by the verdict at hand, together with the packet. */
static __always_inline int deny_waiting(struct sp_context *c, struct sp_flow *flow, int was_told)
{
	flow->clause = c->verdict.clause;
	flow->noted = c->verdict.noted;
	flow->reason = c->verdict.reason;
	end_opening(&c->key, flow, was_told);
	return deny_again(c, flow, 1);
}

static __always_inline int deny_opening(struct sp_context *c, struct sp_flow *flow)
{
	/* What has begun and only waits for the next period of its budget goes on then. */
	if (flow->hello == SP_HELLO_READ && c->verdict.reason == SP_REASON_BUDGET_SPENT)
		return deny(c);
	return deny_waiting(c, flow, is_told(flow));
}

static __always_inline int deny_opening_for(struct sp_context *c, struct sp_flow *flow, enum sp_reason reason)
{
	c->verdict.clause = c->verdict.noted = 0;
	c->verdict.reason = reason;
	return deny_waiting(c, flow, is_told(flow));
}

/* What passed before any clause could count it. */
static __always_inline void count_handshake(struct sp_context *c, struct sp_flow *flow)
{
	__u32 number = budget_number(flow->terms);
	struct sp_spent *spent = number ? bpf_map_lookup_elem(&sp_spent, &number) : 0;

	if (spent)
		__sync_fetch_and_add(&spent->bytes, c->handshake_bytes);
}

/* The ClientHello is there: by its server name and the rules of now. */
static __always_inline int judge_hello(struct sp_context *c, struct sp_flow *flow, int was_told)
{
	c->now = bpf_ktime_get_boot_ns() -
		 (__u64)(SP_NAME_LIFETIME_S - SP_SERVER_NAME_LIFETIME_S) * SP_SECOND;
	if (c->name_length) {
		if (intern_name(c) ||
		    bpf_map_update_elem(&sp_server_names, &c->key, &c->hash, BPF_ANY))
			return deny_opening_for(c, flow, SP_REASON_FLOW_TABLE_FULL);
		hold_name(c->agent, c->hash, 1);
	}
	flow->hello = SP_HELLO_READ;
	if (!judge_again(c, flow))
		return deny_waiting(c, flow, was_told);
	count_handshake(c, flow);
	if (!was_told)
		tell_beginning(&c->key, flow);
	return TC_ACT_UNSPEC;
}

/* The opening is claimed until there is a verdict. */
static __always_inline int judge_claimed(struct sp_context *c, struct sp_flow *flow)
{
	int verdict = judge_hello(c, flow, flow->hello == SP_HELLO_TOLD);

	give_back_opening(&c->key);
	if (verdict != TC_ACT_UNSPEC)
		forget_opening(&c->key);
	return verdict;
}

/* There is no ClientHello: the flow has been judged for this case already. */
static __always_inline int judge_without_hello(struct sp_context *c, struct sp_flow *flow)
{
	int was_told = flow->hello == SP_HELLO_TOLD;

	if (flow->hello == SP_HELLO_REQUIRED) {
		end_opening(&c->key, flow, 0);
		return deny_again(c, flow, 1);
	}
	flow->hello = SP_HELLO_UNSEEN;
	flow->flags &= ~SP_FLOW_OPENING;
	forget_opening(&c->key);
	if (!was_told)
		tell_beginning(&c->key, flow);
	return TC_ACT_UNSPEC;
}

/* TC_ACT_UNSPEC where the packet goes on as one of an allowed flow. */
static __always_inline int known_opening(struct __sk_buff *skb, struct sp_context *c, struct sp_flow *flow,
					 int forward)
{
	int progress;

	if (flow->hello == SP_HELLO_DENIED)
		return deny_again(c, flow, 0);
	c->agent = flow->agent;
	progress = follow_opening(skb, c, flow, forward);
	if (progress < 0)
		return deny_opening_for(c, flow, -progress);
	if (progress == SP_DROPPED)
		return c->verdict.reason == SP_REASON_FLOW_TABLE_FULL ?
			       deny_for(c, SP_REASON_FLOW_TABLE_FULL) :
			       let_resend(c, c->verdict.reason);
	if (progress == SP_WITHOUT)
		return judge_without_hello(c, flow);
	if (progress == SP_COMPLETE && forward)
		return judge_claimed(c, flow);
	if (progress == SP_COMPLETE) {
		flow->flags &= ~SP_FLOW_OPENING;
		forget_opening(&c->key);
	}
	return TC_ACT_UNSPEC;
}

#endif
