/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Which agent an address belongs to. */
#ifndef SP_SOURCES_H
#define SP_SOURCES_H

static __always_inline struct sp_source *find_source(struct sp_context *c, __u32 ifindex,
						     const __u64 address[2])
{
	struct sp_source_key key = {
		.prefix_length = 64 + 128,
		.slot = c->slot,
		.ifindex = ifindex,
	};

	__builtin_memcpy(key.addr, address, 16);
	return bpf_map_lookup_elem(&sp_sources, &key);
}

static __always_inline struct sp_agent *agent_record(struct sp_context *c, __u32 agent)
{
	__u32 index = c->slot * SP_MAX_AGENTS + agent;

	return agent < SP_MAX_AGENTS ? bpf_map_lookup_elem(&sp_agents, &index) : 0;
}

static __always_inline int become_agent(struct sp_context *c, __u32 agent)
{
	struct sp_agent *record = agent_record(c, agent);

	if (!record || !(record->flags & SP_AGENT_PRESENT))
		return 0;
	c->agent = agent;
	c->agent_flags = record->flags;
	c->ruleset = record->ruleset;
	return 1;
}

/* 0, or the reason why the address may not be used on this interface. */
static __always_inline int identify(struct sp_context *c, const __u64 address[2])
{
	struct sp_source *source = find_source(c, c->ifindex, address);

	c->agent = 0;
	c->agent_flags = 0;
	if (!source || source->kind == SP_SOURCE_SPOOFED)
		return SP_REASON_SPOOFED_SOURCE;
	if (source->kind != SP_SOURCE_AGENT || !become_agent(c, source->agent))
		return SP_REASON_UNKNOWN_WORKLOAD;
	return 0;
}

#endif
