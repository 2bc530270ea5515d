/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What an answer teaches (rule N1): the addresses at the end of the asked name's own CNAME chain. The whole answer
 * is read before anything is learned, and all is learned before the answer goes on: no first packet comes too early.
 */
#ifndef SP_DNS_ANSWER_H
#define SP_DNS_ANSWER_H

#define SP_MAX_JUMPS 16
#define SP_ANSWER_STEPS 4096

enum sp_stage { SP_STAGE_OWNER, SP_STAGE_FIELDS, SP_STAGE_TARGET };

static __always_inline void begin_name(struct sp_context *c, __u32 at, __u32 stage)
{
	c->at = at;
	c->left = 0;
	c->jumps = 0;
	c->resume = 0;
	c->foreign = 0;
	c->record_hash = SP_FNV_OFFSET;
	c->stage = stage;
}

static __always_inline int end_of_name(struct sp_context *c)
{
	if (c->resume)
		c->at = c->resume;
	/* A byte that no asked name can hold: whatever this is, it is not ours. */
	if (c->foreign)
		c->record_hash = 0;
	return 1;
}

/* One byte, or one compression pointer, of a name. 1: it has ended; 0: goes on; -1: fault. */
static __always_inline int step_name(struct sp_context *c)
{
	__u8 b;

	if (c->at >= c->dns_length)
		return -1;
	b = dns_byte(c, c->at);
	if (c->left) {
		b = lower(b);
		if (!is_name_byte(b))
			c->foreign = 1;
		c->left--;
		c->at++;
		c->record_hash = (c->record_hash ^ b) * SP_FNV_PRIME;
		return 0;
	}
	if (!b) {
		c->at++;
		return end_of_name(c);
	}
	if (b >= 0xc0) {
		__u32 target = dns_u16(c, c->at) & 0x3fff;

		if (c->at + 2 > c->dns_length || ++c->jumps > SP_MAX_JUMPS || target >= c->at)
			return -1;
		if (!c->resume)
			c->resume = c->at + 2;
		/* Most owners are a pointer to the question or to the last CNAME's target. */
		if (c->record_hash == SP_FNV_OFFSET && (target == SP_DNS_HEADER || target == c->chain_at)) {
			c->record_hash = target == c->chain_at ? c->chain : c->hash;
			return end_of_name(c);
		}
		c->at = target;
		return 0;
	}
	if (b > 63)
		return -1;
	c->left = b;
	c->at++;
	c->record_hash = (c->record_hash ^ '.') * SP_FNV_PRIME;
	return 0;
}

static __always_inline void collect(struct sp_context *c, __u32 at, __u32 size, __u32 ttl)
{
	__u32 n = c->address_count;
	__u64 raw[2];

	if (n >= SP_ADDRESSES_PER_ANSWER) {
		SP_LOST(learned);
		return;
	}
	at &= SP_DNS_BUFFER - 1;
	if (at > SP_DNS_BUFFER - 16)
		return;
	if (size == 4) {
		__u32 address;

		__builtin_memcpy(&address, c->dns + at, 4);
		set_ipv4(raw, address);
	} else {
		__builtin_memcpy(raw, c->dns + at, 16);
		if (is_ipv4(raw))
			return;
	}
	set_judged(c->addresses[n & (SP_ADDRESSES_PER_ANSWER - 1)], raw);
	c->ttls[n & (SP_ADDRESSES_PER_ANSWER - 1)] = ttl;
	c->address_count = n + 1;
}

static __always_inline void next_record(struct sp_context *c)
{
	c->records--;
	if (!c->records)
		c->done = 1;
	begin_name(c, c->record_end, SP_STAGE_OWNER);
}

static __always_inline int read_fields(struct sp_context *c)
{
	__u32 at = c->at, size, type;
	__u32 ttl;

	if (at + 10 > c->dns_length)
		return -1;
	type = dns_u16(c, at);
	ttl = (__u32)dns_u16(c, at + 4) << 16 | dns_u16(c, at + 6);
	size = dns_u16(c, at + 8);
	c->record_end = at + 10 + size;
	if (c->record_end > c->dns_length)
		return -1;
	if (c->record_hash == c->chain && dns_u16(c, at + 2) == 1 /* IN */) {
		if (type == SP_TYPE_CNAME) {
			/* The name goes on elsewhere: what stood here was not the end of the chain. */
			c->address_count = 0;
			begin_name(c, at + 10, SP_STAGE_TARGET);
			c->chain_at = at + 10;
			return 0;
		}
		if ((type == SP_TYPE_A && size == 4) || (type == SP_TYPE_AAAA && size == 16))
			collect(c, at + 10, size, ttl);
	}
	next_record(c);
	return 0;
}

static long step_answer(__u32 i, struct sp_loop *loop)
{
	struct sp_context *c = loop->c;
	int name;

	if (c->stage == SP_STAGE_FIELDS) {
		c->fault = read_fields(c) ? 1 : 0;
		return c->fault || c->done ? 1 : 0;
	}
	name = step_name(c);
	if (name < 0) {
		c->fault = 1;
		return 1;
	}
	if (!name)
		return 0;
	if (c->stage == SP_STAGE_OWNER) {
		c->stage = SP_STAGE_FIELDS;
		return 0;
	}
	if (c->at != c->record_end) {
		c->fault = 1;
		return 1;
	}
	c->chain = c->record_hash;
	next_record(c);
	return c->done ? 1 : 0;
}

static __always_inline struct sp_question *find_question(struct sp_context *c)
{
	struct sp_questions *asked = bpf_map_lookup_elem(&sp_questions, &c->key);
	__u64 now = bpf_ktime_get_coarse_ns();

	if (!asked)
		return 0;
	for (__u32 i = 0; i < SP_QUESTIONS_PER_FLOW; i++) {
		struct sp_question *slot = &asked->slots[i];

		if (slot->open && slot->id == c->question_id && slot->type == c->question_type &&
		    slot->name == c->hash && now - slot->asked < SP_QUESTION_LIFETIME_S * SP_SECOND)
			return slot;
	}
	return 0;
}

/* Special-use addresses are learned only where a guardrail trusts them: a public name must not open the inside. */
static __always_inline int is_learnable(struct sp_context *c, const __u64 address[2])
{
	__u32 *trusted;

	c->trust_key.prefix_length = 32 + 128;
	c->trust_key.ruleset = 0;
	__builtin_memcpy(c->trust_key.addr, address, 16);
	if (!bpf_map_lookup_elem(&sp_trust, &c->trust_key))
		return 1;
	c->trust_key.ruleset = c->ruleset;
	trusted = bpf_map_lookup_elem(&sp_trust, &c->trust_key);
	return trusted && *trusted;
}

static long learn_one(__u32 i, struct sp_loop *loop)
{
	struct sp_context *c = loop->c;
	__u32 ttl;
	__u64 *address;

	if (i >= c->address_count || i >= SP_ADDRESSES_PER_ANSWER)
		return 1;
	address = c->addresses[i & (SP_ADDRESSES_PER_ANSWER - 1)];
	if (!is_learnable(c, address))
		return 0;
	ttl = c->ttls[i & (SP_ADDRESSES_PER_ANSWER - 1)];
	/* RFC 2181 section 8: a TTL with the highest bit set is zero. */
	if (ttl & 0x80000000 || ttl < SP_TTL_FLOOR_S)
		ttl = SP_TTL_FLOOR_S;
	if (ttl > SP_TTL_CEILING_S)
		ttl = SP_TTL_CEILING_S;
	if (learn_address(c, address, (ttl + SP_TTL_GRACE_S) * SP_SECOND))
		SP_LOST(learned);
	return 0;
}

/* 0 when the packet is the answer to a question that was let through; it has then taught what it can. */
static __noinline int heed_answer(struct __sk_buff *skb, struct sp_context *c)
{
	struct sp_loop loop = { .c = c };
	struct sp_question *question;
	__u16 flags;

	if (load_dns(skb, c))
		return -1;
	c->question_id = dns_u16(c, 0);
	flags = dns_u16(c, 2);
	if ((flags & 0xf800) != 0x8000 || dns_u16(c, 4) != 1 || read_question_name(c) ||
	    c->at + 4 > c->dns_length || dns_u16(c, c->at + 2) != 1)
		return -1;
	c->question_type = dns_u16(c, c->at);
	question = find_question(c);
	if (!question)
		return -1;
	c->records = dns_u16(c, 6);
	/* Truncated, or no answer: passes, teaches nothing. */
	if ((flags & 0x0200) || (flags & 0x000f) || !c->records) {
		question->open = 0;
		return 0;
	}
	if (c->records > SP_RECORDS_PER_ANSWER)
		return -1;
	c->fault = c->done = 0;
	c->address_count = 0;
	c->chain = c->hash;
	c->chain_at = SP_DNS_HEADER;
	begin_name(c, c->at + 4, SP_STAGE_OWNER);
	bpf_loop(SP_ANSWER_STEPS, step_answer, &loop, 0);
	if (c->fault || !c->done)
		return -1;
	question->open = 0;
	if (!c->address_count)
		return 0;
	c->now = bpf_ktime_get_boot_ns();
	if (intern_name(c)) {
		SP_LOST(names);
		return 0;
	}
	bpf_loop(SP_ADDRESSES_PER_ANSWER, learn_one, &loop, 0);
	return 0;
}

#endif
