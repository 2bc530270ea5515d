/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A connection whose verdict waits for its ClientHello. Until it is complete the handshake passes, and the client's
 * bytes as far as they are read; what the server says passes only where the flow is allowed without a ClientHello
 * (servers of other protocols speak first).
 */
#ifndef SP_TLS_FLOW_H
#define SP_TLS_FLOW_H

/* What a packet does to an opening; beyond these the negative reason for which the flow is denied. */
enum sp_progress {
	SP_GOES_ON,
	SP_DROPPED, /* counted; it is to be sent again */
	SP_COMPLETE, /* the ClientHello is there */
	SP_WITHOUT, /* there will be none: by what is known */
};

static __always_inline int waits(__u8 hello)
{
	return hello >= SP_HELLO_REQUIRED && hello != SP_HELLO_DENIED;
}

struct sp_name_loop {
	struct sp_context *c;
	struct sp_opening *opening;
};

static long read_server_name(__u32 i, struct sp_name_loop *loop)
{
	struct sp_context *c = loop->c;
	__u8 b = loop->opening->name[i & 0xff];

	c->name_buffer[(SP_NAME_END - 1 - i) & (SP_NAME_BUFFER - 1)] = b;
	c->hash = (c->hash ^ b) * SP_FNV_PRIME;
	return 0;
}

/* As a name of DNS is: reversed and hashed, to be interned. */
static __always_inline void take_server_name(struct sp_context *c, struct sp_opening *opening)
{
	struct sp_name_loop loop = { .c = c, .opening = opening };

	c->name_length = opening->name_length;
	c->labels = opening->labels;
	c->hash = SP_FNV_OFFSET;
	bpf_loop(opening->name_length & 0xff, read_server_name, &loop, 0);
}

/* What is too late: 0, or as enum sp_progress. */
static __always_inline int overdue(struct sp_flow *flow, struct sp_opening *opening, __u64 now)
{
	__s64 age = now - opening->since;

	if (!waits(flow->hello) || age < (__s64)(SP_TIMEOUT_HELLO_S * SP_SECOND))
		return 0;
	if (opening->consumed)
		return -SP_REASON_TLS_MALFORMED;
	return flow->hello == SP_HELLO_REQUIRED && opening->answered ? SP_WITHOUT : 0;
}

/* A packet is dropped and its flow goes on: no verdict on the flow, and nothing to tell but a number. */
static __always_inline int let_resend(struct sp_context *c, enum sp_reason reason)
{
	c->verdict.decision = SP_DECISION_DENY;
	c->verdict.reason = reason;
	c->verdict.clause = c->verdict.noted = 0;
	count_reason(reason, c->length);
	return TC_ACT_SHOT;
}

static __always_inline int begin_stream(struct sp_context *c, struct sp_opening *opening, __u32 sequence)
{
	/* Bytes have passed: a server may hold them, whatever SYN comes now. Nor is data read that comes with a SYN. */
	if (c->payload_length || (opening->consumed && sequence + 1 != opening->first))
		return SP_DROPPED;
	if (!opening->consumed && sequence + 1 != opening->first) {
		opening->first = sequence + 1;
		opening->answered = 0;
		opening->since = bpf_ktime_get_coarse_ns();
	}
	return SP_GOES_ON;
}

static __always_inline int from_client(struct __sk_buff *skb, struct sp_context *c, struct sp_flow *flow,
				       struct sp_opening *opening, __u32 sequence)
{
	__u32 consumed = opening->consumed;
	int refused;

	/* An urgent byte is taken out of the stream by some receivers and by others not. */
	if (c->tcp_flags & SP_TCP_URG)
		return -SP_REASON_TLS_MALFORMED;
	if (opens_tcp(c))
		return begin_stream(c, opening, sequence);
	if (!c->payload_length)
		return SP_GOES_ON;
	/* Only a server that has answered this SYN counts the client's bytes as they are counted here. */
	if (!opening->answered)
		return SP_DROPPED;
	refused = take_segment(skb, c, opening, sequence - opening->first);
	if (refused == SP_REASON_TLS_RESENT)
		return -refused;
	if (refused) {
		c->verdict.reason = refused;
		return SP_DROPPED;
	}
	if (opening->consumed && !consumed)
		opening->since = bpf_ktime_get_coarse_ns();
	if (!waits(flow->hello))
		return SP_GOES_ON;
	if (opening->fault)
		return opening->fault == SP_REASON_TLS_MISSING ? SP_WITHOUT : -(int)opening->fault;
	return opening->end ? SP_COMPLETE : SP_GOES_ON;
}

static __always_inline int from_server(struct sp_context *c, struct sp_flow *flow,
				       struct sp_opening *opening, __u32 acknowledged)
{
	__u32 distance = acknowledged - opening->first;

	if (c->tcp_flags & SP_TCP_RST)
		return SP_GOES_ON;
	if ((c->tcp_flags & (SP_TCP_SYN | SP_TCP_ACK)) == (SP_TCP_SYN | SP_TCP_ACK) && !distance &&
	    !opening->answered) {
		opening->answered = 1;
		opening->since = bpf_ktime_get_coarse_ns();
	}
	if (flow->hello == SP_HELLO_REQUIRED && c->payload_length)
		return SP_DROPPED;
	/* All of it has arrived: nothing of it can be sent again with an effect. */
	if (flow->hello == SP_HELLO_READ && c->tcp_flags & SP_TCP_ACK && distance >= opening->end &&
	    distance < 0x80000000)
		return SP_COMPLETE;
	return SP_GOES_ON;
}

/* enum sp_progress, or the negative reason for which the flow ends. */
static __noinline int follow_opening(struct __sk_buff *skb, struct sp_context *c, struct sp_flow *flow,
				     int forward)
{
	struct sp_opening *opening = bpf_map_lookup_elem(&sp_openings, &c->key);
	__be32 numbers[2] = {};
	int progress;

	c->verdict.reason = SP_REASON_TLS_PENDING;
	if (!opening || !flow)
		return -SP_REASON_NOT_ESTABLISHED;
	if (bpf_skb_load_bytes(skb, c->l4_offset + 4, numbers, sizeof(numbers)))
		return -SP_REASON_MALFORMED;
	if (!claim_opening(opening))
		return SP_DROPPED;
	progress = overdue(flow, opening, bpf_ktime_get_coarse_ns());
	if (!progress)
		progress = forward ? from_client(skb, c, flow, opening, bpf_ntohl(numbers[0])) :
				     from_server(c, flow, opening, bpf_ntohl(numbers[1]));
	if (progress == SP_COMPLETE && forward) {
		opening->since = bpf_ktime_get_coarse_ns();
		take_server_name(c, opening);
	}
	release_opening(opening);
	return progress;
}

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
	__u8 reason;

	/* What comes with a SYN may be read by the server or not, and would be seen again. */
	if (c->payload_length)
		return let_resend(c, SP_REASON_TLS_PENDING);
	if (bpf_skb_load_bytes(skb, c->l4_offset + 4, &sequence, sizeof(sequence)))
		return deny_for(c, SP_REASON_MALFORMED);
	__builtin_memset(fresh, 0, sizeof(*fresh));
	fresh->first = bpf_ntohl(sequence) + 1;
	fresh->since = bpf_ktime_get_coarse_ns();
	fresh->missing = 1;
	fresh->agent = c->agent;
	if (bpf_map_update_elem(&sp_openings, &c->key, fresh, BPF_ANY))
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
static __always_inline int deny_opening(struct sp_context *c, struct sp_flow *flow, int was_told)
{
	flow->clause = c->verdict.clause;
	flow->noted = c->verdict.noted;
	flow->reason = c->verdict.reason;
	end_opening(&c->key, flow, was_told);
	return deny_again(c, flow, 1);
}

static __always_inline int deny_opening_for(struct sp_context *c, struct sp_flow *flow, int was_told,
					    enum sp_reason reason)
{
	c->verdict.clause = c->verdict.noted = 0;
	c->verdict.reason = reason;
	return deny_opening(c, flow, was_told);
}

/* The ClientHello is there: by its server name and the rules of now. */
static __always_inline int judge_hello(struct sp_context *c, struct sp_flow *flow)
{
	int was_told = flow->hello == SP_HELLO_TOLD;

	c->now = bpf_ktime_get_boot_ns() -
		 (__u64)(SP_NAME_LIFETIME_S - SP_SERVER_NAME_LIFETIME_S) * SP_SECOND;
	if (c->name_length && intern_name(c))
		return deny_opening_for(c, flow, was_told, SP_REASON_FLOW_TABLE_FULL);
	if (c->name_length) {
		hold_name(c->agent, c->hash, 1);
		flow->sni = c->hash;
	}
	flow->hello = SP_HELLO_READ;
	if (!judge_again(c, flow))
		return deny_opening(c, flow, was_told);
	if (!was_told)
		tell_beginning(&c->key, flow);
	return TC_ACT_UNSPEC;
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
		return deny_opening_for(c, flow, flow->hello == SP_HELLO_TOLD || flow->hello == SP_HELLO_READ,
					-progress);
	if (progress == SP_DROPPED)
		return c->verdict.reason == SP_REASON_FLOW_TABLE_FULL ?
			       deny_for(c, SP_REASON_FLOW_TABLE_FULL) :
			       let_resend(c, c->verdict.reason);
	if (progress == SP_WITHOUT)
		return judge_without_hello(c, flow);
	if (progress == SP_COMPLETE && forward)
		return judge_hello(c, flow);
	if (progress == SP_COMPLETE) {
		flow->flags &= ~SP_FLOW_OPENING;
		forget_opening(&c->key);
	}
	return TC_ACT_UNSPEC;
}

#endif
