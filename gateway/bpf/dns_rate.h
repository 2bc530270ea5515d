/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* How many questions a minute go out (rule N2): the last thing that is judged, so what is refused costs nothing. */
#ifndef SP_DNS_RATE_H
#define SP_DNS_RATE_H

/* A bucket holds what a minute admits: 1/n of a minute a question. */
static __always_inline int exceeds(__u64 *bucket, __u64 gap)
{
	return gap && !take_token(bucket, gap, SP_QUESTIONS_BUCKET_S * SP_SECOND);
}

/* Turns the verdict on a question that may pass into dns-rate. What the agent's own policy states, audit only notes. */
static __always_inline void heed_rate(struct sp_context *c)
{
	struct sp_agent *agent = agent_record(c, c->agent);
	struct sp_pace *pace = pace_of(c->agent);

	if (!agent || !pace)
		return;
	if (exceeds(&pace->questions_guardrails, agent->question_gap_guardrails))
		answer(c, SP_DECISION_DENY, SP_REASON_DNS_RATE, 0);
	else if (exceeds(&pace->questions_policy, agent->question_gap_policy) &&
		 c->verdict.reason != SP_REASON_WOULD_DENY)
		refuse(c, SP_REASON_DNS_RATE, 0);
}

#endif
