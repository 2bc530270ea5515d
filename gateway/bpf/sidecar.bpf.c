// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Sallyport's programs on a cgroup: egress sees what its sockets send, ingress what they get. Whatever its source
 * address, it is the agent whose cgroup it is. The maps are those of the gateway's programs.
 */
#define SP_SIDECAR
#include "handle.h"

#define SP_CGROUP_DROP 0
#define SP_CGROUP_PASS 1

static __always_inline int judge(struct __sk_buff *skb, enum sp_direction direction)
{
	struct sp_context *c = claim_context();
	int action;

	if (!c) {
		count_reason(SP_REASON_BUSY, skb->len);
		return SP_CGROUP_DROP;
	}
	c->source_unknown = 0;
	action = handle(skb, c, SP_CGROUP_INTERFACE, direction, SP_MODE_PACKET, 0);
	release_context(c);
	return action == TC_ACT_UNSPEC ? SP_CGROUP_PASS : SP_CGROUP_DROP;
}

SEC("cgroup_skb/egress")
int sp_cgroup_egress(struct __sk_buff *skb)
{
	return judge(skb, SP_FROM_AGENT);
}

SEC("cgroup_skb/ingress")
int sp_cgroup_ingress(struct __sk_buff *skb)
{
	return judge(skb, SP_TO_AGENT);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
