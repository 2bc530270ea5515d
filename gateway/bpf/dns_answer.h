/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What an answer teaches (rule N1): the addresses at the end of the asked name's own CNAME chain. The whole answer
 * is read before anything is learned, and all is learned before the answer goes on: no first packet comes too early.
 */
#ifndef SP_DNS_ANSWER_H
#define SP_DNS_ANSWER_H

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
	__u32 *special, *trusted;

	c->trust_key.prefix_length = 32 + 128;
	c->trust_key.ruleset = 0;
	__builtin_memcpy(c->trust_key.addr, address, 16);
	special = bpf_map_lookup_elem(&sp_trust, &c->trust_key);
	if (!special || !*special)
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
	/* What an address is called leads nowhere. */
	if (!c->address_count || c->question_type == SP_TYPE_PTR)
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
