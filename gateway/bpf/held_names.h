/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Names that a flow began with stay known for as long as it lasts. */
#ifndef SP_HELD_NAMES_H
#define SP_HELD_NAMES_H

/* What a flow holds, apart from the entry itself. */
struct sp_held {
	__u32 agent;
	__u8 name_count;
	__u8 opening;
	__u16 pad;
	__u64 sni;
	__u64 names[SP_NAMES_PER_ADDRESS];
};

static __always_inline void hold_name(__u32 agent, __u64 id, int times)
{
	struct sp_name_key key = { .agent = agent, .id = id };
	struct sp_name *name = bpf_map_lookup_elem(&sp_names, &key);

	if (name)
		__sync_fetch_and_add(&name->flows, times);
}

/* Id of the server name that a flow began with, 0 for none. */
static __always_inline __u64 server_name_of(const struct sp_flow_key *key, const struct sp_flow *flow)
{
	int was_read = flow->hello == SP_HELLO_READ || flow->hello == SP_HELLO_DENIED;
	__u64 *id = was_read ? bpf_map_lookup_elem(&sp_server_names, key) : 0;

	return id ? *id : 0;
}

static __always_inline void release_names(const struct sp_held *held)
{
	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++) {
		if (i >= held->name_count)
			break;
		hold_name(held->agent, held->names[i], -1);
	}
	if (held->sni)
		hold_name(held->agent, held->sni, -1);
}

static __always_inline void hold_names(struct sp_context *c)
{
	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++) {
		if (i >= c->name_count)
			break;
		hold_name(c->agent, c->names[i], 1);
	}
}

#endif
