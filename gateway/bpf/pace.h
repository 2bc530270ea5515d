/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* How often an agent may do something: token buckets, one word each, without a lock. */
#ifndef SP_PACE_H
#define SP_PACE_H

#define SP_PACE_TRIES 16

/*
 * Takes one token. The bucket is the instant at which it is full again (GCRA, ITU-T I.371): every token moves it on by
 * `gap`, and it may lie `depth` ahead. CPUs that meet here take in turn; one that never gets its turn counts as empty.
 */
static __always_inline int take_token(__u64 *full_at, __u64 gap, __u64 depth)
{
	__u64 now = bpf_ktime_get_coarse_ns();

	for (__u32 i = 0; i < SP_PACE_TRIES; i++) {
		__u64 old = *(volatile __u64 *)full_at;
		__u64 from = old > now ? old : now;

		if (from + gap > now + depth)
			return 0;
		if (__sync_val_compare_and_swap(full_at, old, from + gap) == old)
			return 1;
	}
	return 0;
}

static __always_inline struct sp_pace *pace_of(__u32 agent)
{
	return bpf_map_lookup_elem(&sp_paces, &agent);
}

/* Answers to what is refused go to agents, and to strangers, at a bounded rate each: nobody is flooded by them. */
static __always_inline int may_reply(struct sp_context *c)
{
	struct sp_pace *pace = pace_of(c->agent);
	int inbound = c->direction == SP_TO_AGENT;

	if (!pace)
		return 0;
	if (inbound ? take_token(&pace->replies_out, SP_SECOND / SP_REPLIES_TO_OTHERS_PER_S, SP_SECOND) :
		      take_token(&pace->replies, SP_SECOND / SP_REPLIES_PER_S, SP_SECOND))
		return 1;
	SP_LOST(replies);
	return 0;
}

#endif
