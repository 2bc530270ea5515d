/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The verdict on a question. */
#ifndef SP_DNS_VERDICT_H
#define SP_DNS_VERDICT_H

static __always_inline void answer(struct sp_context *c, __u8 decision, __u8 reason, __u32 clause)
{
	c->verdict.decision = decision;
	c->verdict.reason = reason;
	c->verdict.clause = clause;
}

/* D6: what the agent's own policy refuses passes in audit mode. */
static __always_inline void refuse(struct sp_context *c, __u8 reason, __u32 clause)
{
	if (c->agent_flags & SP_AGENT_AUDIT)
		answer(c, SP_DECISION_ALLOW, SP_REASON_WOULD_DENY, clause);
	else
		answer(c, SP_DECISION_DENY, reason, clause);
}

#endif
