/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* From denial to reply, for programs that can send one (tc); and how a reply is known on its way past them. */
#ifndef SP_OWN_REPLY_H
#define SP_OWN_REPLY_H

/*
 * Our replies carry a mark from one of our programs to the next, where it is taken off before anybody else sees the
 * packet. It is random, and never leaves the machine: a packet that comes by a wire or from another network namespace
 * has no mark at all.
 */
static __always_inline int is_own_reply(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct sp_state *state;

	if (!skb->mark)
		return 0;
	state = bpf_map_lookup_elem(&sp_state, &zero);
	if (!state || skb->mark != state->reply_mark)
		return 0;
	skb->mark = 0;
	return 1;
}

/* Not static: the verifier looks at it once. 0 where the packet has become a reply. */
__noinline int make_reply(struct __sk_buff *skb, struct sp_context *c)
{
	__u32 zero = 0;
	struct sp_state *state = bpf_map_lookup_elem(&sp_state, &zero);

	if (!c || !state || !state->reply_mark)
		return -1;
	/* Behind extension headers a reply would stand elsewhere than what it answers. */
	if (c->l4_offset != ETH_HLEN + ip_header_size(c))
		return -1;
	if (c->refused == SP_REFUSED_QUESTION ? answer_question(skb, c) : reject(skb, c))
		return -1;
	skb->mark = state->reply_mark;
	return 0;
}

/*
 * What an agent sent goes back out of the interface that it came by. What was on its way to an agent comes in there,
 * as if the agent had answered: from then on the machine's own routes, NAT and connection tracking lead it back.
 */
static __always_inline int finish(struct __sk_buff *skb, struct sp_context *c, int action)
{
	if (action != TC_ACT_SHOT || c->mode != SP_MODE_PACKET || !c->agent || !c->refused)
		return action;
	if (make_reply(skb, c))
		return TC_ACT_SHOT;
	return bpf_redirect(skb->ifindex, c->direction == SP_TO_AGENT ? BPF_F_INGRESS : 0);
}

#endif
