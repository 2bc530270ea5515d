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
	c->ingress = record->ingress;
	return 1;
}

/* Not by the wall clock, as windows: who sets that back must not prolong what a workload was given. */
static __always_inline int is_over(__u64 lease)
{
	return lease && bpf_ktime_get_boot_ns() >= lease;
}

/* What an entry says at this moment: a registration counts until its lease ends, and bounds what is judged by it. */
static __always_inline __u32 kind_of(struct sp_context *c, struct sp_source *source)
{
	__u64 lease = source->lease;

	if (!lease)
		return source->kind;
	if (is_over(lease))
		return source->kind_after;
	if (lease < c->lease)
		c->lease = lease;
	return source->kind;
}

static __always_inline void set_principals(struct sp_context *c, struct sp_source *source)
{
	int known = source && source->principals_known && !is_over(source->lease);

	c->principals = known ? source->principals : 0;
	c->principals_known = known;
}

/* 0, or the reason why the address may not be used on this interface. */
static __always_inline int identify(struct sp_context *c, const __u64 address[2])
{
	struct sp_source *source = find_source(c, c->ifindex, address);
	__u32 kind = source ? kind_of(c, source) : SP_SOURCE_SPOOFED;

	c->agent = 0;
	c->agent_flags = 0;
	c->peer = 0;
	if (!source || kind == SP_SOURCE_SPOOFED)
		return SP_REASON_SPOOFED_SOURCE;
	if (kind != SP_SOURCE_AGENT || !become_agent(c, source->agent))
		return SP_REASON_UNKNOWN_WORKLOAD;
	set_principals(c, source);
	return 0;
}

/* The agent whose address it is, whichever gateway carries it. */
static __always_inline __u32 owner_of(struct sp_context *c, struct sp_source *source)
{
	__u32 kind = source ? kind_of(c, source) : SP_SOURCE_UNKNOWN;

	return kind == SP_SOURCE_AGENT || kind == SP_SOURCE_REMOTE ? source->agent : 0;
}

static __always_inline __u32 agent_at(struct sp_context *c, const __u64 address[2])
{
	return owner_of(c, find_source(c, SP_ANY_INTERFACE, address));
}

/* The sender of what is on its way to an agent, by the address as it is written: 64:ff9b::/96 is no agent's. */
static __always_inline void identify_sender(struct sp_context *c, const __u64 address[2])
{
	struct sp_source *source = find_source(c, SP_ANY_INTERFACE, address);

	c->peer = owner_of(c, source);
	set_principals(c, source);
}

/* Whether it belongs to an agent of this gateway. */
static __always_inline int is_agents(struct sp_context *c, const __u64 address[2])
{
	struct sp_source *source = find_source(c, SP_ANY_INTERFACE, address);

	return source && kind_of(c, source) == SP_SOURCE_AGENT;
}

/*
 * An agent's address means that agent only where the packet came in by an interface that the agent lives behind, and
 * was judged there: anybody beyond the other interfaces can write it. What another gateway carries comes from beyond,
 * and no interface of this one lets it in.
 */
static __always_inline int is_forged(struct sp_context *c)
{
	struct sp_source *source = find_source(c, SP_ANY_INTERFACE, c->src);
	__u32 agent;

	if (!source || kind_of(c, source) != SP_SOURCE_AGENT)
		return 0;
	agent = source->agent;
	source = find_source(c, c->from_ifindex, c->src);
	return !source || kind_of(c, source) != SP_SOURCE_AGENT || source->agent != agent;
}

#endif
