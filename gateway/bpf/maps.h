/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Every map. Sizes that depend on the machine are set by user space before loading. */
#ifndef SP_MAPS_H
#define SP_MAPS_H

#define SP_MAP(map_type, map_name, key_type, value_type, entries, bits)                            \
	struct {                                                                                   \
		__uint(type, map_type);                                                            \
		__type(key, key_type);                                                             \
		__type(value, value_type);                                                         \
		__uint(max_entries, entries);                                                      \
		__uint(map_flags, bits);                                                           \
	} map_name SEC(".maps")

/* What is in force. */
SP_MAP(BPF_MAP_TYPE_ARRAY, sp_state, __u32, struct sp_state, 1, 0);
SP_MAP(BPF_MAP_TYPE_ARRAY, sp_meta, __u32, struct sp_meta, 1, 0);

/* Two slots each, as in sp_budgets, of which state.generation names the one in force. */
SP_MAP(BPF_MAP_TYPE_LPM_TRIE, sp_sources, struct sp_source_key, struct sp_source, 131072,
       BPF_F_NO_PREALLOC);
SP_MAP(BPF_MAP_TYPE_ARRAY, sp_agents, __u32, struct sp_agent, 2 * SP_MAX_AGENTS, 0);

/* Rules. A ruleset's number is never given to other rules while a packet may still read it. */
SP_MAP(BPF_MAP_TYPE_ARRAY, sp_rulesets, __u32, struct sp_ruleset, SP_MAX_RULESETS, 0);
SP_MAP(BPF_MAP_TYPE_HASH, sp_prefixes, struct sp_prefix_key, struct sp_listed, 1048576,
       BPF_F_NO_PREALLOC);
SP_MAP(BPF_MAP_TYPE_HASH, sp_peers, struct sp_peer_key, __u32, 131072, BPF_F_NO_PREALLOC);
SP_MAP(BPF_MAP_TYPE_HASH, sp_blocks, __u32, struct sp_block, 1048576, BPF_F_NO_PREALLOC);
SP_MAP(BPF_MAP_TYPE_ARRAY, sp_conditions, __u32, struct sp_condition, SP_MAX_CONDITIONS, 0);
SP_MAP(BPF_MAP_TYPE_ARRAY, sp_windows, __u32, struct sp_window, SP_MAX_WINDOWS, 0);
SP_MAP(BPF_MAP_TYPE_ARRAY, sp_budgets, __u32, struct sp_budget, 2 * SP_MAX_BUDGETS, 0);
SP_MAP(BPF_MAP_TYPE_ARRAY, sp_routes, __u32, struct sp_route, SP_MAX_ROUTES, 0);
SP_MAP(BPF_MAP_TYPE_HASH, sp_name_rules, __u32, struct sp_name_rule, 65536, BPF_F_NO_PREALLOC);
SP_MAP(BPF_MAP_TYPE_LPM_TRIE, sp_suffixes, struct sp_suffix_key, struct sp_suffix, 1048576,
       BPF_F_NO_PREALLOC);
SP_MAP(BPF_MAP_TYPE_LPM_TRIE, sp_trust, struct sp_trust_key, __u32, 131072, BPF_F_NO_PREALLOC);
SP_MAP(BPF_MAP_TYPE_HASH, sp_clauses, __u32, struct sp_clause_text, 1048576, BPF_F_NO_PREALLOC);

/*
 * What agents do. Plain hashes with a quota per agent: an LRU would let one agent evict another's flows. The flow table
 * is allocated at once: a new flow then takes an entry from a list, in place of the allocator's turn, which may fail in a
 * burst; and what live flows take lies together.
 */
SP_MAP(BPF_MAP_TYPE_HASH, sp_flows, struct sp_flow_key, struct sp_flow, 262144, 0);
SP_MAP(BPF_MAP_TYPE_HASH, sp_questions, struct sp_flow_key, struct sp_questions, 262144,
       BPF_F_NO_PREALLOC);
SP_MAP(BPF_MAP_TYPE_HASH, sp_learned, struct sp_learned_key, struct sp_learned, 262144,
       BPF_F_NO_PREALLOC);
SP_MAP(BPF_MAP_TYPE_HASH, sp_names, struct sp_name_key, struct sp_name, 131072, BPF_F_NO_PREALLOC);
/* Ids of server names, of flows that have one: the entry of a flow must not outgrow four cache lines. */
SP_MAP(BPF_MAP_TYPE_HASH, sp_server_names, struct sp_flow_key, __u64, 262144, BPF_F_NO_PREALLOC);
SP_MAP(BPF_MAP_TYPE_HASH, sp_openings, struct sp_flow_key, struct sp_opening, 262144,
       BPF_F_NO_PREALLOC);
/* Allocated at once: kernels refill the free lists of large values too slowly for a burst of connections. */
SP_MAP(BPF_MAP_TYPE_HASH, sp_hellos, struct sp_hello_key, struct sp_hello_part, 4096, 0);
SP_MAP(BPF_MAP_TYPE_ARRAY, sp_agent_use, __u32, struct sp_agent_use, SP_MAX_AGENTS, 0);

SP_MAP(BPF_MAP_TYPE_ARRAY, sp_paces, __u32, struct sp_pace, SP_MAX_AGENTS, 0);
SP_MAP(BPF_MAP_TYPE_ARRAY, sp_spent, __u32, struct sp_spent, SP_MAX_BUDGETS, 0);

SP_MAP(BPF_MAP_TYPE_ARRAY, sp_sweeper, __u32, struct sp_sweeper, 1, 0);

/* What is told. Two denied flows with one slot only mean that each is logged again. */
SP_MAP(BPF_MAP_TYPE_ARRAY, sp_denied, __u32, struct sp_denied, SP_DENIED_SLOTS, 0);
SP_MAP(BPF_MAP_TYPE_PERCPU_ARRAY, sp_clause_count, __u32, struct sp_clause_counter, 16384, 0);
SP_MAP(BPF_MAP_TYPE_PERCPU_ARRAY, sp_reason_count, __u32, struct sp_reason_counter, SP_REASONS, 0);
SP_MAP(BPF_MAP_TYPE_PERCPU_ARRAY, sp_losses, __u32, struct sp_losses, 1, 0);
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 * 1024 * 1024);
} sp_events SEC(".maps");

#endif
