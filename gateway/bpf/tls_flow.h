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

/* A packet is dropped and its flow goes on: no verdict on the flow, no answer, and nothing to tell but a number. */
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

/*
 * Whether a client speaks to the server that has answered this SYN. One that keeps no state before the third segment
 * (SYN cookies, RFC 4987 section 3.6) has as many answers out as it got SYNs, and the client's acknowledgement picks one:
 * the streams begin at different bytes.
 */
static __always_inline int acknowledges(struct sp_context *c, struct sp_opening *opening, __u32 acknowledged)
{
	return opening->answered && (c->tcp_flags & (SP_TCP_SYN | SP_TCP_ACK)) == SP_TCP_ACK &&
	       acknowledged - opening->server_first <= opening->server_sent;
}

static __always_inline int from_client(struct __sk_buff *skb, struct sp_context *c, struct sp_flow *flow,
				       struct sp_opening *opening, __u32 sequence, __u32 acknowledged)
{
	__u32 consumed = opening->consumed;
	int refused;

	/* An urgent byte is taken out of the stream by some receivers and by others not. */
	if (c->tcp_flags & SP_TCP_URG)
		return -SP_REASON_TLS_MALFORMED;
	if (opens_tcp(c))
		return begin_stream(c, opening, sequence);
	if (c->tcp_flags & SP_TCP_RST)
		return c->payload_length ? SP_DROPPED : SP_GOES_ON;
	/* Only then are the client's bytes counted there as they are here. */
	if (!acknowledges(c, opening, acknowledged))
		return SP_DROPPED;
	if (!c->payload_length)
		return SP_GOES_ON;
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
				       struct sp_opening *opening, __u32 sequence, __u32 acknowledged)
{
	__u32 distance = acknowledged - opening->first, sent;

	if (c->tcp_flags & SP_TCP_RST)
		return SP_GOES_ON;
	if ((c->tcp_flags & (SP_TCP_SYN | SP_TCP_ACK)) == (SP_TCP_SYN | SP_TCP_ACK) && !distance &&
	    !opening->answered) {
		opening->answered = 1;
		opening->server_first = sequence + 1;
		opening->server_sent = 0;
		opening->since = bpf_ktime_get_coarse_ns();
	}
	if (flow->hello == SP_HELLO_REQUIRED && c->payload_length)
		return SP_DROPPED;
	sent = sequence - opening->server_first + c->payload_length + !!(c->tcp_flags & SP_TCP_FIN);
	if (sent < 0x80000000 && sent > opening->server_sent && !(c->tcp_flags & SP_TCP_SYN))
		opening->server_sent = sent;
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
	__u32 sequence, acknowledged;
	__be32 numbers[2] = {};
	int progress;

	c->verdict.reason = SP_REASON_TLS_PENDING;
	if (!opening || !flow)
		return -SP_REASON_NOT_ESTABLISHED;
	if (bpf_skb_load_bytes(skb, c->l4_offset + 4, numbers, sizeof(numbers)))
		return -SP_REASON_MALFORMED;
	if (!claim_opening(opening, &c->key))
		return SP_DROPPED;
	/* Another CPU had it in hand meanwhile. */
	if (flow->hello == SP_HELLO_DENIED) {
		release_opening(opening);
		c->verdict.reason = flow->reason;
		return SP_DROPPED;
	}
	sequence = bpf_ntohl(numbers[0]);
	acknowledged = bpf_ntohl(numbers[1]);
	progress = overdue(flow, opening, bpf_ktime_get_coarse_ns());
	if (!progress)
		progress = forward ? from_client(skb, c, flow, opening, sequence, acknowledged) :
				     from_server(c, flow, opening, sequence, acknowledged);
	if (progress == SP_COMPLETE && forward) {
		opening->since = bpf_ktime_get_coarse_ns();
		take_server_name(c, opening);
	}
	c->handshake_bytes = opening->bytes;
	if (flow->hello == SP_HELLO_REQUIRED && progress == SP_GOES_ON)
		opening->bytes += ip_length(skb, c);
	/* Else it is judged first: what other CPUs hold of it must not pass on a verdict that is not there yet. */
	if (progress != SP_COMPLETE || !forward)
		release_opening(opening);
	return progress;
}

#endif
