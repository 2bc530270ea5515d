/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A flow of an older generation, or of an earlier time, meets the rules of now. */
#ifndef SP_REJUDGE_H
#define SP_REJUDGE_H

static __always_inline void set_judged_from_key(struct sp_context *c, int from_b, __u8 protocol)
{
	set_judged(c->judge_src, from_b ? c->key.b : c->key.a);
	set_judged(c->judge_dst, from_b ? c->key.a : c->key.b);
	c->judge_protocol = protocol_bit(protocol);
	c->judge_port = protocol == IPPROTO_ICMP ? 0 : from_b ? c->key.port_a : c->key.port_b;
}

/* D12: by the rules of now, with the names of then. How it is judged from now on; 0 when it may not go on. */
static __noinline __u64 judge_again(struct sp_context *c, struct sp_flow *flow)
{
	int from_b = flow->flags & SP_FLOW_FROM_B, inbound = flow->flags & SP_FLOW_INBOUND;
	const __u64 *initiator = from_b ? c->key.b : c->key.a;
	__u32 agent = flow->agent;
	__u64 judged;
	__u8 reason;

	set_judged_from_key(c, from_b, c->key.protocol);
	clear_verdict(c);
	c->valid_until = SP_FOR_EVER;
	c->lease = SP_FOR_EVER;
	reason = identify(c, inbound ? c->judge_dst : initiator);
	if (reason || c->agent != agent) {
		set_default(c, reason ?: SP_REASON_UNKNOWN_WORKLOAD);
		return 0;
	}
	c->hello = flow->hello >= SP_HELLO_REQUIRED ? SP_HELLO_REQUIRED :
		   flow->hello == SP_HELLO_READ	    ? SP_HELLO_READ :
						      SP_HELLO_UNSEEN;
	c->sni = server_name_of(&c->key, flow);
	c->name_count = flow->name_count;
	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++)
		c->names[i] = flow->names[i];
	if (inbound)
		judge_inbound(c, initiator);
	else
		judge_outbound(c);
	/* What has come from beyond does not become an agent's because its address does (rule D11). */
	if (inbound && c->peer && !(flow->flags & SP_FLOW_FROM_AGENT) && is_agents(c, initiator)) {
		set_default(c, SP_REASON_SPOOFED_SOURCE);
		return 0;
	}
	if (c->hello == SP_HELLO_REQUIRED && needs_hello(c))
		flow->hello = SP_HELLO_REQUIRED;
	else if (c->verdict.decision != SP_DECISION_ALLOW)
		return 0;
	else if (flow->hello == SP_HELLO_REQUIRED)
		flow->hello = SP_HELLO_WATCHED;
	flow->clause = c->verdict.clause;
	flow->noted = c->verdict.noted;
	flow->reason = c->verdict.reason;
	/* While it is denied but for its ClientHello, no clause counts its packets. */
	*(volatile __u32 *)&flow->terms = flow->hello == SP_HELLO_REQUIRED ? c->verdict.nearest_terms :
									       c->verdict.terms;
	flow->valid_from = c->wall;
	*(volatile __u64 *)&flow->valid_for = valid_for(c);
	*(volatile __u64 *)&flow->lease = lease_of(c);
	judged = judged_now(c);
	/* Last: whoever reads this generation reads the fields above. */
	asm volatile("" ::: "memory");
	*(volatile __u64 *)&flow->judged = judged;
	return judged;
}

/* What the rules of now refuse has ended; what only waits for the next period of its budget goes on then. */
static __always_inline int refuse_known(struct sp_context *c, struct sp_flow *flow)
{
	if (c->verdict.reason != SP_REASON_BUDGET_SPENT)
		remove_flow(&c->key, flow);
	return deny(c);
}

#endif
