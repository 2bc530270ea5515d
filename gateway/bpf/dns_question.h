/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What an agent may ask its resolvers (rule N2). */
#ifndef SP_DNS_QUESTION_H
#define SP_DNS_QUESTION_H

#define SP_DNS_ASKING_FLAGS 0x0130 /* RD, AD, CD */
#define SP_DNS_OPT_FIXED 11
#define SP_DNS_OPT_MOST 64 /* room for a cookie or padding, not for a cargo */

#define SP_TYPE_A 1
#define SP_TYPE_CNAME 5
#define SP_TYPE_PTR 12
#define SP_TYPE_MX 15
#define SP_TYPE_TXT 16
#define SP_TYPE_AAAA 28
#define SP_TYPE_SRV 33
#define SP_TYPE_OPT 41
#define SP_TYPE_SVCB 64
#define SP_TYPE_HTTPS 65

#define SP_OPTION_COOKIE 10
#define SP_OPTION_PADDING 12

/* Only options that stay between agent and resolver: a client subnet, for one, would travel on (RFC 7871). */
static __always_inline int are_options_local(struct sp_context *c, __u32 at, __u32 end)
{
	for (__u32 i = 0; i < 4 && at < end; i++) {
		__u16 code = dns_u16(c, at);

		if (at + 4 > end || (code != SP_OPTION_COOKIE && code != SP_OPTION_PADDING))
			return 0;
		at += 4 + dns_u16(c, at + 2);
	}
	return at == end;
}

/* After the question comes nothing, or one EDNS OPT record (RFC 6891) that ends with the packet. */
static __always_inline int opt_ends_packet(struct sp_context *c)
{
	__u32 rest = c->dns_length - c->at, size;

	if (dns_u16(c, 10) == 0)
		return rest == 0;
	if (dns_u16(c, 10) != 1 || rest < SP_DNS_OPT_FIXED || rest > SP_DNS_OPT_FIXED + SP_DNS_OPT_MOST)
		return 0;
	if (dns_byte(c, c->at) != 0 || dns_u16(c, c->at + 1) != SP_TYPE_OPT)
		return 0;
	size = dns_u16(c, c->at + 9);
	return size + SP_DNS_OPT_FIXED == rest &&
	       are_options_local(c, c->at + SP_DNS_OPT_FIXED, c->dns_length);
}

static __noinline int read_question(struct __sk_buff *skb, struct sp_context *c)
{
	c->question_type = 0;
	c->name_length = 0;
	if (load_dns(skb, c))
		return -1;
	c->question_id = dns_u16(c, 0);
	if (dns_u16(c, 2) & ~SP_DNS_ASKING_FLAGS)
		return -1;
	if (dns_u16(c, 4) != 1 || dns_u16(c, 6) != 0 || dns_u16(c, 8) != 0)
		return -1;
	if (read_question_name(c) || c->at + 4 > c->dns_length)
		return -1;
	c->question_type = dns_u16(c, c->at);
	if (dns_u16(c, c->at + 2) != 1 /* IN */)
		return -1;
	c->at += 4;
	c->question_end = c->at;
	return opt_ends_packet(c) ? 0 : -1;
}

static __always_inline int is_type_admitted(__u16 type, __u32 name_flags)
{
	if (type == SP_TYPE_A || type == SP_TYPE_AAAA || type == SP_TYPE_CNAME || type == SP_TYPE_SRV)
		return 1;
	return (type == SP_TYPE_TXT || type == SP_TYPE_MX) && (name_flags & SP_NAME_EXACT);
}

/* The rule of a name as time goes on: every expiry begins the next. */
static long pass_expiry(__u32 i, struct sp_loop *loop)
{
	struct sp_name_rule *rule = &loop->c->name_rule, *later;
	__u64 now = wall_clock(loop->c);
	__u32 number = rule->later;

	if (!rule->until || (now && now < rule->until))
		return 1;
	later = bpf_map_lookup_elem(&sp_name_rules, &number);
	if (later)
		*rule = *later;
	else
		__builtin_memset(rule, 0, sizeof(*rule));
	return 0;
}

/* Sets c->name_rule for the name in c; without a rule it is not admitted. */
static __always_inline void find_name_rule(struct sp_context *c, struct sp_ruleset *rules)
{
	struct sp_loop loop = { .c = c };
	struct sp_suffix *suffix;
	__u32 beyond = 0;
	__u64 start;

	c->name_rule = rules->name_rule[0];
	start = SP_NAME_END - c->name_length - 8;
	suffix = start > SP_NAME_END - 8 ?
			 0 :
			 find_suffix(c, (struct sp_suffix_key *)(c->name_buffer + start),
				     c->name_length, c->labels, &beyond);
	if (suffix)
		c->name_rule = suffix->name_rule[beyond ? (beyond == 1 ? 1 : 2) : 0];
	if (c->name_rule.until)
		bpf_loop(SP_MAX_NAME_PHASES, pass_expiry, &loop, 0);
}

static __always_inline void judge_name(struct sp_context *c, struct sp_ruleset *rules)
{
	__u32 flags = c->name_rule.flags;

	c->verdict.noted = 0;
	if (c->name_length > rules->longest_guardrails) {
		answer(c, SP_DECISION_DENY, SP_REASON_DNS_LENGTH, 0);
		return;
	}
	c->verdict.noted = c->name_rule.noted;
	if ((flags & SP_NAME_REFUSED) && !(flags & SP_NAME_OWN)) {
		answer(c, SP_DECISION_DENY, SP_REASON_DENIED, c->name_rule.clause);
	} else if (c->name_length > rules->longest_policy) {
		refuse(c, SP_REASON_DNS_LENGTH, 0);
		if (!(flags & SP_NAME_NOTED_DENY))
			c->verdict.noted = 0;
	} else if (flags & SP_NAME_REFUSED) {
		refuse(c, SP_REASON_DENIED, c->name_rule.clause);
	} else if (flags & SP_NAME_ADMITTED) {
		answer(c, SP_DECISION_ALLOW, SP_REASON_ALLOWED, 0);
	} else {
		refuse(c, SP_REASON_DNS_NAME, 0);
	}
}

/* Of the name of an address only its length is left to judge: its address was. */
static __always_inline void judge_reverse_name(struct sp_context *c, struct sp_ruleset *rules)
{
	c->verdict.noted = 0;
	if (c->name_length > rules->longest_guardrails)
		answer(c, SP_DECISION_DENY, SP_REASON_DNS_LENGTH, 0);
	else if (c->name_length > rules->longest_policy)
		refuse(c, SP_REASON_DNS_LENGTH, 0);
	else
		answer(c, SP_DECISION_ALLOW, SP_REASON_ALLOWED, 0);
}

/* Sets the verdict on the name and type in c. Not static: the verifier looks at it once. */
__noinline int judge_question(struct sp_context *c)
{
	struct sp_ruleset *rules;
	int may_be_asked;
	__u32 index;

	if (!c)
		return 0;
	index = c->ruleset;
	rules = bpf_map_lookup_elem(&sp_rulesets, &index);
	c->name_is_admitted = 0;
	if (!rules) {
		c->verdict.noted = 0;
		answer(c, SP_DECISION_DENY, SP_REASON_DNS_NAME, 0);
		return 0;
	}
	if (c->question_type == SP_TYPE_PTR) {
		may_be_asked = may_ask_in_reverse(c);
		judge_reverse_name(c, rules);
	} else {
		find_name_rule(c, rules);
		may_be_asked = is_type_admitted(c->question_type, c->name_rule.flags);
		judge_name(c, rules);
	}
	c->name_is_admitted = c->verdict.decision == SP_DECISION_ALLOW;
	if (!may_be_asked) {
		c->verdict.noted = 0;
		answer(c, SP_DECISION_DENY, SP_REASON_DNS_TYPE, 0);
	}
	return 0;
}

/* Keeps what was asked, so that only its answer is heeded. The oldest question makes room. */
static __noinline int keep_question(struct sp_context *c)
{
	struct sp_questions *asked = bpf_map_lookup_elem(&sp_questions, &c->key);
	__u64 now = bpf_ktime_get_coarse_ns();
	struct sp_question *slot;
	__u32 at;

	if (!asked) {
		__builtin_memset(&c->new_questions, 0, sizeof(c->new_questions));
		bpf_map_update_elem(&sp_questions, &c->key, &c->new_questions, BPF_NOEXIST);
		asked = bpf_map_lookup_elem(&sp_questions, &c->key);
		if (!asked) {
			SP_LOST(questions);
			return -1;
		}
	}
	at = __sync_fetch_and_add(&asked->next, 1) % SP_QUESTIONS_PER_FLOW;
	slot = &asked->slots[at];
	if (slot->open && now - slot->asked < SP_QUESTION_LIFETIME_S * SP_SECOND)
		SP_LOST(questions);
	slot->open = 0;
	slot->name = c->hash;
	slot->id = c->question_id;
	slot->type = c->question_type;
	slot->asked = now;
	slot->open = 1;
	return 0;
}

/* One packet from the agent to its resolver: TC_ACT_UNSPEC or TC_ACT_SHOT. c->agent and c->ruleset are set. */
static __noinline int pass_question(struct __sk_buff *skb, struct sp_context *c)
{
	int is_question = 0;

	if (read_question(skb, c)) {
		c->verdict.noted = 0;
		answer(c, SP_DECISION_DENY, SP_REASON_DNS_MALFORMED, 0);
	} else {
		judge_question(c);
		is_question = 1;
	}
	if (c->verdict.decision == SP_DECISION_ALLOW && c->mode == SP_MODE_PACKET) {
		heed_rate(c);
		/* Nobody could tell its answer from a forged one. */
		if (c->verdict.decision == SP_DECISION_ALLOW && keep_question(c))
			answer(c, SP_DECISION_DENY, SP_REASON_FLOW_TABLE_FULL, 0);
	}
	tell_question(c);
	if (c->verdict.decision == SP_DECISION_ALLOW)
		return TC_ACT_UNSPEC;
	if (is_question)
		c->refused = SP_REFUSED_QUESTION;
	count_reason(c->verdict.reason, c->length);
	if (c->verdict.clause)
		count_clause(c->verdict.clause, 0, c->length);
	return TC_ACT_SHOT;
}

#endif
