/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What DNS taught an agent: names are interned per agent under the hash of their text, addresses point to names.
 * Both outlive a change of rules, and are swept when they have expired.
 */
#ifndef SP_LEARNED_H
#define SP_LEARNED_H

static __always_inline int same_text(const struct sp_name *a, const struct sp_name *b)
{
	const __u32 *left = (const void *)a->text, *right = (const void *)b->text;

	if (a->length != b->length)
		return 0;
	for (__u32 i = 0; i < SP_MAX_NAME / 4; i++)
		if (left[i] != right[i])
			return 0;
	return 1;
}

/* Interns the name in c->name_buffer under c->hash; 0, or -1 when it may not be learned. */
static __noinline int intern_name(struct sp_context *c)
{
	struct sp_name_key key = { .agent = c->agent, .id = c->hash };
	struct sp_name *name, *fresh = &c->new_name;
	__u32 agent = c->agent;
	__u64 start = SP_NAME_END - c->name_length;
	struct sp_agent_use *use;

	if (start > SP_NAME_END - 1)
		return -1;
	__builtin_memset(fresh, 0, __builtin_offsetof(struct sp_name, text));
	fresh->last_used = c->now;
	fresh->length = c->name_length;
	fresh->labels = c->labels;
	fresh->pad = 0;
	__builtin_memcpy(fresh->text, c->name_buffer + start, SP_MAX_NAME);
	name = bpf_map_lookup_elem(&sp_names, &key);
	if (name) {
		/* Two names with one hash: the second is not learned, so it opens nothing. */
		if (!same_text(name, fresh))
			return -1;
		if ((__s64)(c->now - name->last_used) > 0)
			name->last_used = c->now;
		return 0;
	}
	use = bpf_map_lookup_elem(&sp_agent_use, &agent);
	if (!use)
		return -1;
	if (exceeds_quota(&use->names, SP_NAMES_PER_AGENT) ||
	    bpf_map_update_elem(&sp_names, &key, fresh, BPF_NOEXIST)) {
		__sync_fetch_and_add(&use->names, -1);
		return bpf_map_lookup_elem(&sp_names, &key) ? 0 : -1;
	}
	return 0;
}

static __always_inline int remember_name(struct sp_learned *learned, __u64 id, __u64 now, __u64 expires)
{
	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++) {
		struct sp_learned_name *slot = &learned->names[i];

		if (slot->name == id) {
			if (slot->expires < expires)
				slot->expires = expires;
			return 0;
		}
	}
	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++) {
		struct sp_learned_name *slot = &learned->names[i];
		__u64 old = slot->name;

		if (slot->expires > now)
			continue;
		/* Claimed by the name first: a reader meanwhile sees it as expired, which only denies. */
		if (__sync_val_compare_and_swap(&slot->name, old, id) == old) {
			slot->expires = expires;
			return 0;
		}
	}
	return -1;
}

/* 0, or -1 when the address could not be remembered. */
static __noinline int learn_address(struct sp_context *c, __u64 *address, __u64 lifetime)
{
	struct sp_learned_key key = { .agent = c->agent };
	struct sp_learned *learned, *fresh = &c->new_learned;
	__u64 expires = c->now + lifetime;
	struct sp_agent_use *use;
	__u32 agent = c->agent;

	key.addr[0] = address[0];
	key.addr[1] = address[1];
	learned = bpf_map_lookup_elem(&sp_learned, &key);
	if (learned)
		return remember_name(learned, c->hash, c->now, expires);
	use = bpf_map_lookup_elem(&sp_agent_use, &agent);
	if (!use)
		return -1;
	__builtin_memset(fresh, 0, sizeof(*fresh));
	fresh->names[0].name = c->hash;
	fresh->names[0].expires = expires;
	if (exceeds_quota(&use->learned, SP_LEARNED_PER_AGENT) ||
	    bpf_map_update_elem(&sp_learned, &key, fresh, BPF_NOEXIST)) {
		__sync_fetch_and_add(&use->learned, -1);
		learned = bpf_map_lookup_elem(&sp_learned, &key);
		return learned ? remember_name(learned, c->hash, c->now, expires) : -1;
	}
	return 0;
}

/* The names that the agent has learned for the destination and that still count. */
static __noinline int recall_names(struct sp_context *c)
{
	struct sp_learned_key key = { .agent = c->agent };
	__u32 agent = c->agent;
	struct sp_agent_use *use = bpf_map_lookup_elem(&sp_agent_use, &agent);
	struct sp_learned *learned;
	__u64 now;

	c->name_count = 0;
	if (!use || !use->learned)
		return 0;
	key.addr[0] = c->judge_dst[0];
	key.addr[1] = c->judge_dst[1];
	learned = bpf_map_lookup_elem(&sp_learned, &key);
	if (!learned)
		return 0;
	now = bpf_ktime_get_boot_ns();
	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++) {
		__u32 at = c->name_count;

		if (learned->names[i].expires <= now || at >= SP_NAMES_PER_ADDRESS)
			continue;
		c->names[at] = learned->names[i].name;
		c->name_count = at + 1;
	}
	return 0;
}

#endif
