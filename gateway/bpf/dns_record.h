/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The records of an answer, walked by a state machine of one byte or field a step: the verifier sees one step, however
 * long the answer.
 */
#ifndef SP_DNS_RECORD_H
#define SP_DNS_RECORD_H

#define SP_MAX_JUMPS 16
#define SP_ANSWER_STEPS 4096
#define SP_NO_CHAIN 1

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
	/* A name that is not ours goes nowhere: two such names are not the same one. */
	c->chain = c->foreign ? SP_NO_CHAIN : c->record_hash;
	next_record(c);
	return c->done ? 1 : 0;
}

#endif
