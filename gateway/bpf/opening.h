/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A TCP connection whose verdict waits for its ClientHello, and the bytes of that ClientHello. They are kept until the
 * server has acknowledged them: what is sent again must be what was judged, or a first copy that dies on its way would
 * be judged in place of the second.
 */
#ifndef SP_OPENING_H
#define SP_OPENING_H

#define SP_HELLO_PARTS (SP_MAX_HELLO / SP_HELLO_PART)

static __always_inline void release_opening(struct sp_opening *opening)
{
	__sync_lock_test_and_set(&opening->busy, 0);
}

/*
 * Packets of one connection may be judged by several CPUs: whoever comes second lets its packet be sent again. Until it
 * was claimed another CPU may have deleted it, and its memory be another connection's at once; afterwards none can.
 */
static __always_inline int claim_opening(struct sp_opening *opening, const struct sp_flow_key *key)
{
	if (__sync_lock_test_and_set(&opening->busy, 1))
		return 0;
	if (bpf_map_lookup_elem(&sp_openings, key) == opening)
		return 1;
	release_opening(opening);
	return 0;
}

/* By whoever has claimed it. */
static __noinline void give_back_opening(const struct sp_flow_key *key)
{
	struct sp_opening *opening = bpf_map_lookup_elem(&sp_openings, key);

	if (opening)
		release_opening(opening);
}

struct sp_dropped_parts {
	struct sp_hello_key key;
	__u32 agent;
	__u32 count;
};

/* They follow each other without a gap. */
static long drop_part(__u32 i, struct sp_dropped_parts *dropped)
{
	dropped->key.part = i;
	if (bpf_map_delete_elem(&sp_hellos, &dropped->key))
		return 1;
	dropped->count++;
	return 0;
}

static __noinline void drop_parts(__u32 agent, const struct sp_flow_key *key)
{
	struct sp_dropped_parts dropped = { .agent = agent };
	struct sp_agent_use *use;

	dropped.key.flow[0] = *key;
	bpf_loop(SP_HELLO_PARTS, drop_part, &dropped, 0);
	use = bpf_map_lookup_elem(&sp_agent_use, &dropped.agent);
	if (use && dropped.count)
		__sync_fetch_and_add(&use->hello_parts, -dropped.count);
}

/* Where another CPU has it in hand, the sweep comes back for it. */
static __noinline void forget_opening(const struct sp_flow_key *key)
{
	struct sp_opening *opening = bpf_map_lookup_elem(&sp_openings, key);

	if (!opening || !claim_opening(opening, key))
		return;
	drop_parts(opening->agent, key);
	bpf_map_delete_elem(&sp_openings, key);
}

#endif
