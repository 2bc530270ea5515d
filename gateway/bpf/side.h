/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* On which side of the interface the ends of a flow are. */
#ifndef SP_SIDE_H
#define SP_SIDE_H

/* Who the governed agent is, or the reason why there is none. */
static __always_inline int identify_side(struct sp_context *c)
{
	__u8 reason;

	if (c->direction == SP_FROM_AGENT)
		return identify(c, c->src);
	set_judged(c->judge_dst, c->dst);
	reason = identify(c, c->judge_dst);
	/* Nobody is spoofed as a receiver: the address is simply no workload's. */
	if (reason)
		return SP_REASON_UNKNOWN_WORKLOAD;
	return is_forged(c) ? SP_REASON_SPOOFED_SOURCE : 0;
}

#ifdef SP_SIDECAR

/* Both ends may be in the cgroup, and no socket there writes an address that is not its own. */
static __always_inline int is_from_its_side(struct sp_context *c, struct sp_flow *flow, int forward)
{
	return 1;
}

#else

/* Whether a packet comes from where its sender is: the agent of its flow this side of the interface, others beyond. */
static __always_inline int is_from_its_side(struct sp_context *c, struct sp_flow *flow, int forward)
{
	int is_agents = forward != !!(flow->flags & SP_FLOW_INBOUND);

	return is_agents == (c->direction == SP_FROM_AGENT);
}

#endif

/*
 * 0 where both ends live behind the interface; or the reason why the packet is none of its flow. An agent could else
 * write what the other end is to have said: acknowledge its own ClientHello, answer its own questions.
 */
static __noinline int other_side(struct sp_context *c)
{
	int reason = identify_side(c);

	c->agent = 0;
	return reason;
}

#endif
