/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* From address or name to the list of clauses that may decide, and from the list to the first that matches. */
#ifndef SP_CLASSIFY_H
#define SP_CLASSIFY_H

#define SP_NO_RANK 0xffffffff

static __always_inline void mask_address(__u64 to[2], const __u64 from[2], __u32 length)
{
	__u64 high = length >= 64 ? ~0ULL : ~(~0ULL >> (length & 63));
	__u64 low = length >= 128 ? ~0ULL : length <= 64 ? 0 : ~(~0ULL >> (length & 63));

	to[0] = from[0] & bpf_cpu_to_be64(high);
	to[1] = from[1] & bpf_cpu_to_be64(low);
}

/* Longest length first, so the first hit is the longest prefix. */
static long probe_prefix(__u32 i, struct sp_loop *loop)
{
	struct sp_context *c = loop->c;
	__u32 ruleset_index = c->search_ruleset, *list;
	struct sp_ruleset *rules = bpf_map_lookup_elem(&sp_rulesets, &ruleset_index);
	struct sp_prefix_key key = {};

	if (!rules)
		return 1;
	key.ruleset = c->search_ruleset;
	if (c->search_family == 4) {
		if (i >= sizeof(rules->lengths4))
			return 1;
		key.length = rules->lengths4[i];
	} else {
		if (i >= sizeof(rules->lengths6))
			return 1;
		key.length = rules->lengths6[i];
	}
	mask_address(key.addr, c->search, key.length);
	list = bpf_map_lookup_elem(&sp_prefixes, &key);
	if (!list)
		return 0;
	c->search_list = *list;
	return 1;
}

/* The list of the longest prefix that holds the address, 0 for none. */
static __noinline __u32 list_for_address(struct sp_context *c, const __u64 *address)
{
	struct sp_loop loop = { .c = c };
	__u32 ruleset_index = c->ruleset, count;
	struct sp_ruleset *rules = bpf_map_lookup_elem(&sp_rulesets, &ruleset_index);

	if (!rules)
		return 0;
	c->search[0] = address[0];
	c->search[1] = address[1];
	c->search_ruleset = c->ruleset;
	c->search_list = rules->default_list;
	c->search_family = is_ipv4(c->search) ? 4 : 6;
	count = c->search_family == 4 ? rules->lengths4_count : rules->lengths6_count;
	if (!c->match_unknown)
		bpf_loop(count & 0xff, probe_prefix, &loop, 0);
	return c->search_list;
}

/* What is said of the agent on the other side, wherever it is; 0 for nothing. */
static __always_inline __u32 list_for_peer(struct sp_context *c)
{
	struct sp_peer_key key = { .ruleset = c->ruleset, .agent = c->peer };
	__u32 *list = c->peer ? bpf_map_lookup_elem(&sp_peers, &key) : 0;

	return list ? *list : 0;
}

static __always_inline int candidate_matches(struct sp_context *c, struct sp_candidate *candidate)
{
	if (!(candidate->protocols & c->judge_protocol))
		return 0;
	if (c->judge_port < candidate->port_low || c->judge_port > candidate->port_high)
		return 0;
	if ((candidate->flags & SP_CANDIDATE_LIFTABLE) && c->lifted)
		return 0;
	return !candidate->condition || condition_holds(c, candidate->condition, candidate->decision);
}

static __always_inline void take(struct sp_context *c, struct sp_candidate *candidate)
{
	struct sp_verdict *verdict = &c->verdict;

	if (candidate->flags & SP_CANDIDATE_LIFT) {
		c->lifted = 1;
		return;
	}
	if (candidate->flags & SP_CANDIDATE_NOTE) {
		if (candidate->rank < verdict->noted_rank) {
			verdict->noted_rank = candidate->rank;
			verdict->noted = candidate->clause;
			verdict->noted_flags = candidate->flags;
		}
		return;
	}
	c->scan_done = 1;
	if (candidate->rank >= verdict->rank)
		return;
	verdict->rank = candidate->rank;
	verdict->clause = candidate->clause;
	verdict->decision = candidate->decision;
	verdict->reason = candidate->reason;
	verdict->flags = candidate->flags;
	verdict->terms = candidate->budget | (__u32)candidate->route << 16;
}

static long scan_block(__u32 i, struct sp_loop *loop)
{
	struct sp_context *c = loop->c;
	__u32 id = c->block;
	struct sp_block *block = bpf_map_lookup_elem(&sp_blocks, &id);

	if (!block)
		return 1;
	for (__u32 at = 0; at < SP_CANDIDATES_PER_BLOCK; at++) {
		struct sp_candidate *candidate = &block->candidates[at];

		if (at >= block->count)
			return 1;
		if (c->guardrail_denies_only &&
		    !(candidate->flags & (SP_CANDIDATE_GUARDRAIL_DENY | SP_CANDIDATE_LIFT)))
			continue;
		if (!candidate_matches(c, candidate))
			continue;
		take(c, candidate);
		if (c->scan_done)
			return 1;
	}
	c->block = block->next;
	return !c->block;
}

/* A list is in order of rank: its first match is its best. Over several lists the lowest rank wins. */
static __noinline int scan_list(struct sp_context *c, __u32 list)
{
	struct sp_loop loop = { .c = c };

	if (!list)
		return 0;
	c->block = list;
	c->scan_done = 0;
	c->lifted = 0;
	bpf_loop(SP_MAX_BLOCKS, scan_block, &loop, 0);
	return 0;
}

/* What the longest suffix of a name says, at 0, 1 or 2 (more) labels beyond it. */
static __always_inline struct sp_suffix *find_suffix(struct sp_context *c, struct sp_suffix_key *key,
						     __u32 length, __u32 labels, __u32 *beyond)
{
	struct sp_suffix *suffix;

	key->prefix_length = 32 + 8 * length;
	key->ruleset = c->ruleset;
	suffix = bpf_map_lookup_elem(&sp_suffixes, key);
	if (!suffix || labels < suffix->labels)
		return 0;
	*beyond = labels - suffix->labels;
	if (*beyond > 2)
		*beyond = 2;
	return suffix;
}

static __always_inline int scan_name(struct sp_context *c, __u64 id)
{
	struct sp_name_key key = { .agent = c->agent, .id = id };
	struct sp_name *name = bpf_map_lookup_elem(&sp_names, &key);
	struct sp_suffix *suffix;
	__u32 beyond = 0;

	if (!name)
		return 0;
	__builtin_memcpy(c->suffix_key.name, name->text, SP_MAX_NAME);
	suffix = find_suffix(c, &c->suffix_key, name->length, name->labels, &beyond);
	if (!suffix)
		return 0;
	return scan_list(c, suffix->list[beyond & 3 ? (beyond == 1 ? 1 : 2) : 0]);
}

static long scan_name_at(__u32 i, struct sp_loop *loop)
{
	struct sp_context *c = loop->c;

	if (i >= c->name_count || i >= SP_NAMES_PER_ADDRESS)
		return 1;
	scan_name(c, c->names[i]);
	return 0;
}

static __always_inline void scan_names(struct sp_context *c)
{
	struct sp_loop loop = { .c = c };

	if (c->name_count)
		bpf_loop(SP_NAMES_PER_ADDRESS, scan_name_at, &loop, 0);
}

#endif
