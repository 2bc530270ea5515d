/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The decision: guardrail deny, resolver, policy deny, guardrail allow, policy allow, default deny (rules D1 to D12). */
#ifndef SP_JUDGE_H
#define SP_JUDGE_H

static __always_inline void clear_verdict(struct sp_context *c)
{
	c->verdict.clause = c->verdict.noted = c->verdict.terms = 0;
	c->verdict.rank = c->verdict.noted_rank = SP_NO_RANK;
	c->verdict.nearest = c->verdict.nearest_terms = 0;
	c->verdict.nearest_rank = c->verdict.unsure_rank = SP_NO_RANK;
	c->verdict.decision = c->verdict.reason = c->verdict.flags = c->verdict.noted_flags = 0;
}

static __always_inline void set_default(struct sp_context *c, __u8 reason)
{
	c->verdict.clause = c->verdict.terms = 0;
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
		c->verdict.noted = c->verdict.noted_flags = 0;
}

/* D9: clients that are denied QUIC fall back to TCP, where the server name shows. */
static __always_inline void settle_quic(struct sp_context *c)
{
	if (c->quic_lifted || c->quic_rank >= c->verdict.rank)
		return;
	set_default(c, SP_REASON_QUIC);
	c->verdict.rank = c->quic_rank;
}

/* Which end of the flow the clauses are about: to the sender's rules the destination, to the receiver's the source. */
enum sp_side { SP_SOURCE_SIDE, SP_DESTINATION_SIDE };

/* What the rules in c->ruleset say. Only a destination has names. Not static, as condition_holds. */
__noinline int match(struct sp_context *c, __u32 side)
{
	const __u64 *address;

	if (!c)
		return 0;
	address = side == SP_DESTINATION_SIDE ? c->judge_dst : c->judge_src;
	clear_verdict(c);
	c->quic_rank = SP_NO_RANK;
	c->quic_lifted = 0;
	find_listed(c, address);
	scan_found(c);
	scan_list(c, list_for_peer(c));
	if (side == SP_DESTINATION_SIDE) {
		scan_names(c);
		if (c->judge_protocol == SP_PROTO_TCP)
			scan_server_name(c);
	}
	settle_quic(c);
	drop_late_note(c);
	return 0;
}

static __always_inline __u8 default_reason(struct sp_context *c)
{
	return c->judge_port == 53 && !(c->judge_protocol & SP_PROTO_ICMP) ? SP_REASON_DNS_RESOLVER :
									     SP_REASON_NO_CLAUSE;
}

/* What nothing allows; D5: where the ClientHello alone is in the way, that is the reason. */
static __always_inline void set_nearest_or(struct sp_context *c, __u8 reason)
{
	__u32 nearest = c->verdict.nearest;

	if (c->verdict.nearest_rank == SP_NO_RANK) {
		set_default(c, reason);
		return;
	}
	set_default(c, c->hello != SP_HELLO_READ ? SP_REASON_TLS_MISSING :
		       c->sni			 ? SP_REASON_SNI_MISMATCH :
						   SP_REASON_SNI_MISSING);
	c->verdict.clause = nearest;
}

/* D8, inbound: only guardrail denies, with the other side's address and agent. */
static __always_inline int guardrail_denies_inbound(struct sp_context *c)
{
	c->guardrail_denies_only = 1;
	match(c, SP_SOURCE_SIDE);
	c->guardrail_denies_only = 0;
	return c->verdict.rank != SP_NO_RANK;
}

/* D8: whether an ingress clause lets it in; then it is the verdict. */
static __always_inline int ingress_allows(struct sp_context *c)
{
	__u32 ruleset = c->ruleset;

	if (!c->ingress)
		return 0;
	c->ruleset = c->ingress;
	match(c, SP_SOURCE_SIDE);
	c->ruleset = ruleset;
	return c->verdict.rank != SP_NO_RANK;
}

static __noinline int judge_inbound(struct sp_context *c, const __u64 *sender)
{
	__u32 noted;

	identify_sender(c, sender);
	if (guardrail_denies_inbound(c))
		return 0;
	noted = c->verdict.noted;
	if (!ingress_allows(c)) {
		set_nearest_or(c, SP_REASON_NO_INGRESS);
		soften(c);
	}
	c->verdict.noted = noted;
	return 0;
}

/*
 * D8, agent to agent: after the sender's guardrail denies come the receiver's, then the sender's own rules, then the
 * receiver's ingress. What is allowed names the sender's clause.
 */
static __always_inline int judge_receiver(struct sp_context *c)
{
	struct sp_verdict sender = c->verdict;
	__u32 agent = c->agent, flags = c->agent_flags, ruleset = c->ruleset, noted;
	int denied;

	if (!become_agent(c, c->peer))
		return 0;
	c->peer = agent;
	c->match_unknown = c->source_unknown;
	denied = guardrail_denies_inbound(c);
	/* The sender's guardrail denies come first, so does what they note; its allows come after. */
	noted = sender.noted_flags & SP_CANDIDATE_GUARDRAIL_DENY || !c->verdict.noted ?
			sender.noted :
			c->verdict.noted;
	if (denied && !(sender.noted_flags & SP_CANDIDATE_GUARDRAIL_DENY))
		noted = c->verdict.noted;
	if (!denied) {
		if (sender.decision != SP_DECISION_ALLOW || ingress_allows(c)) {
			c->verdict = sender;
		} else {
			set_nearest_or(c, SP_REASON_NO_INGRESS);
			soften(c);
			/* Where the receiver only remarks, the ClientHello may still change what the sender's rules say. */
			c->verdict.rank = sender.rank;
			c->verdict.unsure_rank = sender.unsure_rank;
			/* Both in audit: the sender's clause would have been the first to deny. */
			if (c->verdict.decision == SP_DECISION_ALLOW &&
			    sender.reason == SP_REASON_WOULD_DENY)
				c->verdict.clause = sender.clause;
			/* Whatever the receiver remarks: by the sender's clause it goes. */
			c->verdict.terms = sender.terms;
		}
	}
	c->match_unknown = 0;
	c->verdict.noted = noted;
	c->agent = agent;
	c->agent_flags = flags;
	c->ruleset = ruleset;
	return 0;
}

/* D4: it does not fall through, its clause denies in its place. */
static __always_inline void refuse_if_spent(struct sp_context *c)
{
	__u32 budget = budget_number(c->verdict.terms);

	if (!budget || !is_spent(c, budget))
		return;
	c->verdict.decision = SP_DECISION_DENY;
	c->verdict.reason = SP_REASON_BUDGET_SPENT;
}

static __noinline int judge_outbound(struct sp_context *c)
{
	c->peer = agent_at(c, c->judge_dst);
	match(c, SP_DESTINATION_SIDE);
	if (c->verdict.rank == SP_NO_RANK)
		set_nearest_or(c, default_reason(c));
	else if (c->verdict.reason == SP_REASON_DNS_TCP)
		set_nearest_or(c, SP_REASON_DNS_TCP);
	refuse_if_spent(c);
	if (c->verdict.flags & SP_CANDIDATE_GUARDRAIL_DENY)
		return 0;
	soften(c);
	if (c->peer)
		judge_receiver(c);
	return 0;
}

/* Whether some ClientHello may still turn a denial into an allow. */
static __always_inline int needs_hello(struct sp_context *c)
{
	return c->verdict.decision == SP_DECISION_DENY && c->verdict.nearest_rank != SP_NO_RANK &&
	       c->verdict.nearest_rank <= c->verdict.rank;
}

/* Whether some ClientHello may change anything of a verdict that allows. */
static __always_inline int heeds_hello(struct sp_context *c)
{
	return c->verdict.decision == SP_DECISION_ALLOW && c->verdict.unsure_rank != SP_NO_RANK &&
	       c->verdict.unsure_rank <= c->verdict.rank;
}

static __always_inline __u8 protocol_bit(__u8 protocol)
{
	return protocol == IPPROTO_TCP ? SP_PROTO_TCP :
	       protocol == IPPROTO_UDP ? SP_PROTO_UDP :
					 SP_PROTO_ICMP;
}

#endif
