/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What an allow clause asks for each packet of its flows: to be counted. */
#ifndef SP_TERMS_H
#define SP_TERMS_H

/* 0, or the reason why the packet may not pass. c->agent is the agent whose clause it is. */
static __noinline int meet_terms(struct __sk_buff *skb, struct sp_context *c, __u32 terms)
{
	__u32 budget = budget_number(terms);

	if (budget && !charge(skb, c, budget)) {
		if (!overdraw(skb, c, budget))
			return SP_REASON_BUDGET_SPENT;
		c->verdict.reason = SP_REASON_WOULD_DENY;
	}
	return 0;
}

/* A packet of a flow that its rules allow, or about one. TC_ACT_UNSPEC where it may pass. */
static __noinline int known_terms(struct __sk_buff *skb, struct sp_context *c, struct sp_flow *flow)
{
	int reason;

	c->agent = flow->agent;
	c->verdict.clause = flow->clause;
	c->verdict.noted = flow->noted;
	c->verdict.reason = flow->reason;
	reason = meet_terms(skb, c, *(volatile __u32 *)&flow->terms);
	if (!reason) {
		/* That it would have been denied is told when it ends. */
		if (flow->reason != c->verdict.reason)
			flow->reason = c->verdict.reason;
		return TC_ACT_UNSPEC;
	}
	c->name_count = flow->name_count;
	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++)
		c->names[i] = flow->names[i];
	c->verdict.reason = reason;
	return deny(c);
}

#endif
