/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The client's bytes in order, each looked at once, and each kept for the case that it is sent again. */
#ifndef SP_TLS_STREAM_H
#define SP_TLS_STREAM_H

struct sp_segment {
	struct __sk_buff *skb;
	struct sp_context *c;
	struct sp_opening *opening;
	__u32 agent;
	/* Of the stream, which begins behind the SYN; and where it lies in the packet. */
	__u32 position;
	__u32 end;
	__u32 data;
	__u32 refused; /* a reason; 0: all went well */
	struct sp_hello_key key;
};

static __always_inline struct sp_hello_part *new_part(struct sp_segment *s)
{
	struct sp_agent_use *use = bpf_map_lookup_elem(&sp_agent_use, &s->agent);

	if (!use)
		return 0;
	if (exceeds_quota(&use->hello_parts, SP_HELLO_PARTS_PER_AGENT) ||
	    bpf_map_update_elem(&sp_hellos, &s->key, &s->c->new_hello, BPF_ANY)) {
		__sync_fetch_and_add(&use->hello_parts, -1);
		return 0;
	}
	return bpf_map_lookup_elem(&sp_hellos, &s->key);
}

struct sp_comparison {
	struct sp_context *c;
	struct sp_hello_part *part;
	__u32 within;
	__u32 differs;
};

static long compare_byte(__u32 i, struct sp_comparison *comparison)
{
	__u64 sent = i & (SP_DNS_BUFFER - 1);
	__u64 kept = (comparison->within + i) & (2 * SP_HELLO_PART - 1);

	asm volatile("" : "+r"(sent), "+r"(kept));
	if (comparison->c->dns[sent] == comparison->part->bytes[kept])
		return 0;
	comparison->differs = 1;
	return 1;
}

/* Bytes that have passed before. */
static __always_inline int is_sent_again(struct sp_segment *s, struct sp_hello_part *part, __u32 within,
					 __u64 length)
{
	struct sp_comparison comparison = { .c = s->c, .part = part, .within = within };

	if (bpf_skb_load_bytes(s->skb, s->data, s->c->dns, length))
		return 0;
	bpf_loop(length, compare_byte, &comparison, 0);
	return !comparison.differs;
}

/* Bytes that nobody has seen. How many of them belong to the ClientHello. */
static __always_inline __u32 read_bytes(struct sp_segment *s, struct sp_hello_part *part, __u64 within,
					__u64 length)
{
	struct sp_hello_loop loop = {
		.opening = s->opening,
		.part = part,
		.at = within,
		.until = within + length,
	};

	if (bpf_skb_load_bytes(s->skb, s->data, part->bytes + within, length))
		return 0;
	bpf_loop(length, read_hello, &loop, 0);
	return loop.at - within;
}

/* As much of a segment as lies in one part, and is all new or all sent again. */
static long take_stretch(__u32 i, struct sp_segment *s)
{
	struct sp_opening *o = s->opening;
	__u64 within = s->position % SP_HELLO_PART, length;
	struct sp_hello_part *part;
	__u32 taken;

	if (s->position >= s->end || o->fault || (o->end && s->position >= o->end))
		return 1;
	s->key.part = s->position / SP_HELLO_PART;
	part = bpf_map_lookup_elem(&sp_hellos, &s->key);
	length = least(s->end - s->position, SP_HELLO_PART - within);
	if (s->position < o->consumed) {
		length = least(length, o->consumed - s->position);
		s->refused = SP_REASON_TLS_PENDING;
	} else if (!part) {
		part = new_part(s);
		s->refused = SP_REASON_FLOW_TABLE_FULL;
	}
	if (!part)
		return 1;
	asm volatile("" : "+r"(within), "+r"(length));
	if (within >= SP_HELLO_PART || length < 1 || length > SP_HELLO_PART)
		return 1;
	s->refused = 0;
	taken = length;
	if (s->position < o->consumed) {
		if (!is_sent_again(s, part, within, length)) {
			s->refused = SP_REASON_TLS_RESENT;
			return 1;
		}
	} else {
		taken = read_bytes(s, part, within, length);
		o->consumed = s->position + taken;
		if (is_complete(o))
			o->end = o->consumed;
		else if (o->consumed >= SP_MAX_HELLO)
			malformed(o);
	}
	s->position += taken;
	s->data += taken;
	return !taken;
}

/*
 * A segment of the client at a distance from the begin of its stream. 0, or the reason why it may not pass: what
 * leaves a gap is dropped, so that it is sent again in order.
 */
static __noinline int take_segment(struct __sk_buff *skb, struct sp_context *c, struct sp_opening *opening,
				   __u32 distance)
{
	struct sp_segment s = {
		.skb = skb,
		.c = c,
		.opening = opening,
		.agent = c->agent,
		.position = distance,
		.end = distance + c->payload_length,
		.data = c->payload_offset,
	};

	if (!opening)
		return SP_REASON_TLS_PENDING;
	/* Behind the ClientHello everything is free; before the stream's begin stands the SYN. */
	if (opening->end && distance - opening->end < 0x80000000)
		return 0;
	if (distance - opening->consumed - 1 < 0x7fffffff || distance >= 0x80000000)
		return SP_REASON_TLS_PENDING;
	s.key.flow[0] = c->key;
	bpf_loop(2 * SP_HELLO_PARTS + 1, take_stretch, &s, 0);
	return s.refused;
}

#endif
