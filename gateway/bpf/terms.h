/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What an allow clause asks for each packet of its flows: to be counted, and to leave by a way of its own. */
#ifndef SP_TERMS_H
#define SP_TERMS_H

#ifdef SP_SIDECAR

/* When the cgroup sees a packet, its way has been chosen. */
static __always_inline int take_route(struct __sk_buff *skb, struct sp_context *c, __u32 number)
{
	return SP_REASON_NO_ROUTE;
}

#else

/* The mark picks the routing table. What a way that is gone would have carried takes no other. */
static __always_inline int take_route(struct __sk_buff *skb, struct sp_context *c, __u32 number)
{
	struct sp_route *route = bpf_map_lookup_elem(&sp_routes, &number);
	__u32 family = c->family == 4 ? SP_ROUTE_IPV4 : SP_ROUTE_IPV6;

	if (!route || !(*(volatile __u32 *)&route->families & family))
		return SP_REASON_NO_ROUTE;
	skb->mark = route->mark;
	return 0;
}

#endif

/* 0, or the reason why the packet may not pass. c->agent is the agent whose clause it is. */
static __noinline int meet_terms(struct __sk_buff *skb, struct sp_context *c, __u32 terms)
{
	__u32 budget = budget_number(terms), route = terms >> 16;
	int reason = 0;

	/* Only allows of what an agent sends have one: what comes to it are answers. */
	if (route && c->direction == SP_FROM_AGENT)
		reason = take_route(skb, c, route);
	if (reason)
		return reason;
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
