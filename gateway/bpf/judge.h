/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The decision: guardrail deny, resolver, policy deny, guardrail allow, policy allow, default deny (rules D1 to D12). */
#ifndef SP_JUDGE_H
#define SP_JUDGE_H

static __always_inline void clear_verdict(struct sp_context *c)
{
	c->verdict.clause = c->verdict.noted = 0;
	c->verdict.rank = c->verdict.noted_rank = SP_NO_RANK;
	c->verdict.name = 0;
	c->verdict.decision = c->verdict.reason = c->verdict.flags = 0;
}

static __always_inline void set_default(struct sp_context *c, __u8 reason)
{
	c->verdict.clause = 0;
	c->verdict.flags = 0;
	c->verdict.decision = SP_DECISION_DENY;
	c->verdict.reason = reason;
}

/* D6: what the agent's own rules would have denied passes in audit mode. */
static __always_inline void soften(struct sp_context *c)
{
	if (c->verdict.decision != SP_DECISION_DENY || !(c->agent_flags & SP_AGENT_AUDIT))
		return;
	if (c->verdict.flags & SP_CANDIDATE_GUARDRAIL_DENY)
		return;
	c->verdict.decision = SP_DECISION_ALLOW;
	c->verdict.reason = SP_REASON_WOULD_DENY;
}

static __always_inline void drop_late_note(struct sp_context *c)
{
	if (c->verdict.noted_rank > c->verdict.rank)
		c->verdict.noted = 0;
}

static __always_inline void match(struct sp_context *c, const __u64 *destination, int by_name)
{
	clear_verdict(c);
	scan_list(c, list_for_address(c, destination), 0);
	if (by_name)
		scan_names(c);
	drop_late_note(c);
}

static __always_inline __u8 default_reason(struct sp_context *c)
{
	return c->judge_port == 53 && !(c->judge_protocol & SP_PROTO_ICMP) ? SP_REASON_DNS_RESOLVER :
									     SP_REASON_NO_CLAUSE;
}

/* D8, inbound: only guardrail denies, with the other side's address, and no ingress clause that could allow. */
static __always_inline int guardrail_denies_inbound(struct sp_context *c)
{
	c->guardrail_denies_only = 1;
	match(c, c->judge_src, 0);
	c->guardrail_denies_only = 0;
	return c->verdict.rank != SP_NO_RANK;
}

static __noinline int judge_inbound(struct sp_context *c)
{
	if (guardrail_denies_inbound(c))
		return 0;
	set_default(c, SP_REASON_NO_INGRESS);
	soften(c);
	return 0;
}

/* D8, agent to agent: the sender has been judged, its verdict stands unless the receiver's side denies. */
static __noinline int judge_receiver(struct sp_context *c, __u32 receiver)
{
	struct sp_verdict sender = c->verdict;
	__u32 agent = c->agent, flags = c->agent_flags, ruleset = c->ruleset;
	int denied;

	if (!become_agent(c, receiver))
		return 0;
	denied = guardrail_denies_inbound(c);
	if (!denied) {
		c->verdict = sender;
		if (sender.decision == SP_DECISION_ALLOW) {
			set_default(c, SP_REASON_NO_INGRESS);
			soften(c);
		}
	}
	/* Notes are the sender's: it is the sender's rules that are being tried out. */
	c->verdict.noted = sender.noted;
	c->agent = agent;
	c->agent_flags = flags;
	c->ruleset = ruleset;
	return 0;
}

static __noinline int judge_outbound(struct sp_context *c)
{
	struct sp_source *receiver;

	match(c, c->judge_dst, 1);
	if (c->verdict.rank == SP_NO_RANK)
		set_default(c, default_reason(c));
	if (c->verdict.flags & SP_CANDIDATE_GUARDRAIL_DENY)
		return 0;
	soften(c);
	receiver = find_source(c, SP_ANY_INTERFACE, c->judge_dst);
	if (receiver && receiver->kind == SP_SOURCE_AGENT)
		judge_receiver(c, receiver->agent);
	return 0;
}

static __always_inline __u8 protocol_bit(__u8 protocol)
{
	return protocol == IPPROTO_TCP ? SP_PROTO_TCP :
	       protocol == IPPROTO_UDP ? SP_PROTO_UDP :
					 SP_PROTO_ICMP;
}

#endif
