/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counters, which are the truth, and events, which may be lost but never without a count. */
#ifndef SP_TELL_H
#define SP_TELL_H

#ifdef SP_SIDECAR
/* One packet is counted in the middle of another, on the same CPU. */
#define SP_ADD(counter, amount) __sync_fetch_and_add(&(counter), amount)
#else
#define SP_ADD(counter, amount) ((counter) += (amount))
#endif

static __always_inline void count_clause(__u32 clause, __u64 flows, __u64 bytes)
{
	struct sp_clause_counter *counter = bpf_map_lookup_elem(&sp_clause_count, &clause);

	if (!counter)
		return;
	SP_ADD(counter->flows, flows);
	SP_ADD(counter->packets, 1);
	SP_ADD(counter->bytes, bytes);
}

static __always_inline void count_reason(__u32 reason, __u64 bytes)
{
	struct sp_reason_counter *counter = bpf_map_lookup_elem(&sp_reason_count, &reason);

	if (!counter)
		return;
	SP_ADD(counter->packets, 1);
	SP_ADD(counter->bytes, bytes);
}

static __always_inline struct sp_losses *losses(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&sp_losses, &zero);
}

#define SP_LOST(what)                                                                              \
	do {                                                                                       \
		struct sp_losses *lost_ = losses();                                                \
		if (lost_)                                                                         \
			SP_ADD(lost_->what, 1);                                                            \
	} while (0)

static __always_inline struct sp_flow_event *reserve_flow_event(void)
{
	struct sp_flow_event *event = bpf_ringbuf_reserve(&sp_events, sizeof(*event), 0);

	if (!event)
		SP_LOST(events);
	else
		__builtin_memset(event, 0, sizeof(*event));
	return event;
}

static __noinline void tell_flow(struct sp_context *c, __u8 kind)
{
	struct sp_flow_event *event = reserve_flow_event();

	if (!event)
		return;
	event->time = bpf_ktime_get_ns();
	event->generation = c->generation;
	event->packets[0] = 1;
	event->bytes[0] = c->length;
	event->name_count = c->name_count;
	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++)
		event->names[i] = i < c->name_count ? c->names[i] : 0;
	event->sni = c->sni;
	event->hello = c->hello == SP_HELLO_READ ? SP_HELLO_READ : SP_HELLO_UNREAD;
	__builtin_memcpy(event->src, c->src, 16);
	__builtin_memcpy(event->dst, c->dst, 16);
	event->port_src = c->port_src;
	event->port_dst = c->port_dst;
	event->agent = c->agent;
	event->clause = c->verdict.clause;
	event->noted = c->verdict.noted;
	event->ifindex = c->ifindex;
	event->kind = kind;
	event->decision = c->verdict.decision;
	event->reason = c->verdict.reason;
	event->protocol = c->protocol;
	event->flags = c->direction == SP_TO_AGENT ? SP_FLOW_INBOUND : 0;
	bpf_ringbuf_submit(event, 0);
}

/* By words, wherever they begin: the compiler would copy byte by byte. */
static __always_inline void copy_name(__u8 *to, const __u8 *from)
{
	for (__u32 i = 0; i + 8 <= SP_MAX_NAME; i += 8) {
		*(__u64 *)(to + i) = *(const __u64 *)(from + i);
		asm volatile("" ::: "memory");
	}
	*(__u32 *)(to + SP_MAX_NAME / 8 * 8) = *(const __u32 *)(from + SP_MAX_NAME / 8 * 8);
}

/* Not inlined: so the struct stands in the object's BTF, where a test compares its layout. */
static __noinline void describe_question(struct sp_question_event *event, struct sp_context *c)
{
	__u64 start = SP_NAME_END - c->name_length;

	__builtin_memset(event, 0, __builtin_offsetof(struct sp_question_event, name));
	event->time = bpf_ktime_get_ns();
	event->generation = c->generation;
	__builtin_memcpy(event->src, c->src, 16);
	__builtin_memcpy(event->dst, c->dst, 16);
	event->port_src = c->port_src;
	event->type = c->question_type;
	event->agent = c->agent;
	event->clause = c->verdict.clause;
	event->noted = c->verdict.noted;
	event->ifindex = c->ifindex;
	event->kind = SP_EVENT_QUESTION;
	event->decision = c->verdict.decision;
	event->reason = c->verdict.reason;
	if (c->name_length > SP_MAX_NAME)
		start = SP_NAME_END;
	event->length = SP_NAME_END - start;
	start &= SP_NAME_BUFFER - 1;
	if (start <= SP_NAME_END)
		copy_name(event->name, c->name_buffer + start);
}

static __noinline void tell_question(struct sp_context *c)
{
	struct sp_question_event *event = bpf_ringbuf_reserve(&sp_events, sizeof(*event), 0);

	if (!event) {
		SP_LOST(events);
		return;
	}
	describe_question(event, c);
	bpf_ringbuf_submit(event, 0);
}

static __always_inline __u64 mixed(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 32;
}

/* One line for a denied flow, not one for each of its packets. */
static __noinline int is_repeated(struct sp_context *c)
{
	__u64 now = bpf_ktime_get_coarse_ns(), hash = 0, others = 0;
	__u64 words[6] = {
		c->src[0],
		c->src[1],
		c->dst[0],
		c->dst[1],
		(__u64)c->ifindex << 32 | (__u32)c->port_src << 16 | c->port_dst,
		(__u64)c->protocol << 8 | c->verdict.reason,
	};
	struct sp_denied *last;
	__u32 slot;

	for (__u32 i = 0; i < 6; i++)
		hash = mixed(hash, words[i]);
	slot = hash & (SP_DENIED_SLOTS - 1);
	last = bpf_map_lookup_elem(&sp_denied, &slot);
	if (!last)
		return 0;
	for (__u32 i = 0; i < 6; i++)
		others |= last->words[i] ^ words[i];
	if (!others && now - last->told < SP_DENY_REPEAT_S * 1000000000ULL)
		return 1;
	for (__u32 i = 0; i < 6; i++)
		last->words[i] = words[i];
	last->told = now;
	return 0;
}

/* The only way to drop a packet: its reason is set, counted and told. */
static __noinline int deny(struct sp_context *c)
{
	c->verdict.decision = SP_DECISION_DENY;
	c->refused = SP_REFUSED_PACKET;
	count_reason(c->verdict.reason, c->length);
	if (c->verdict.clause)
		count_clause(c->verdict.clause, 1, c->length);
	if (!is_repeated(c))
		tell_flow(c, SP_EVENT_DENY);
	return TC_ACT_SHOT;
}

static __noinline int deny_for(struct sp_context *c, enum sp_reason reason)
{
	c->verdict.clause = c->verdict.noted = 0;
	c->verdict.reason = reason;
	return deny(c);
}

static __always_inline int pass(void)
{
	/* Not TC_ACT_OK: other filters on the interface have their say. */
	return TC_ACT_UNSPEC;
}

#endif
