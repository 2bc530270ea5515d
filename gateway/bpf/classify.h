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

/* Word by word: the compiler would put all of it on the stack, of which the programs have little. */
static __always_inline void keep_found(struct sp_context *c, const struct sp_listed *listed)
{
	const __u64 *from = (const void *)listed;
	__u64 *to = (void *)&c->found;

	for (__u32 i = 0; i < sizeof(*listed) / 8; i++) {
		to[i] = from[i];
		asm volatile("" ::: "memory");
	}
}

/* Longest length first, so the first hit is the longest prefix. */
static long probe_prefix(__u32 i, struct sp_loop *loop)
{
	struct sp_context *c = loop->c;
	__u32 ruleset_index = c->search_ruleset;
	struct sp_listed *listed;
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
	listed = bpf_map_lookup_elem(&sp_prefixes, &key);
	if (!listed)
		return 0;
	keep_found(c, listed);
	c->search_found = 1;
	return 1;
}

/* Sets c->found to what the longest prefix says that holds the address. */
static __noinline int find_listed(struct sp_context *c, const __u64 *address)
{
	struct sp_loop loop = { .c = c };
	__u32 ruleset_index = c->ruleset, count;
	struct sp_ruleset *rules = bpf_map_lookup_elem(&sp_rulesets, &ruleset_index);

	c->found.list = c->found.count = 0;
	if (!rules)
		return 0;
	c->search[0] = address[0];
	c->search[1] = address[1];
	c->search_ruleset = c->ruleset;
	c->search_found = 0;
	c->named_denies = rules->named_denies;
	c->search_family = is_ipv4(c->search) ? 4 : 6;
	count = c->search_family == 4 ? rules->lengths4_count : rules->lengths6_count;
	if (!c->match_unknown)
		bpf_loop(count & 0xff, probe_prefix, &loop, 0);
	if (!c->search_found)
		keep_found(c, rules->default_list);
	return 0;
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
	if (!candidate->condition)
		return 1;
	/* What QUIC is denied for is an allow over TLS, and holds as one (rule D9). */
	return condition_holds(c, candidate->condition,
			       candidate->reason == SP_REASON_QUIC ? SP_DECISION_ALLOW : candidate->decision);
}

static __always_inline void unsure(struct sp_context *c, struct sp_candidate *candidate)
{
	if (candidate->rank < c->verdict.unsure_rank)
		c->verdict.unsure_rank = candidate->rank;
}

/* What another ClientHello would have made match (rule D5). */
static __always_inline void note_nearest(struct sp_context *c, struct sp_candidate *candidate)
{
	if (candidate->flags & SP_CANDIDATE_LIFT) {
		c->lift_unsure = 1;
		return;
	}
	unsure(c, candidate);
	if (candidate->flags & SP_CANDIDATE_NOTE || candidate->rank >= c->verdict.nearest_rank)
		return;
	c->verdict.nearest_rank = candidate->rank;
	c->verdict.nearest = candidate->clause;
	c->verdict.nearest_terms = (__u32)candidate->route << 16;
}

/* Rule D9 speaks between the policy's denies and all allows, whatever list says so. */
static __always_inline void take_quic(struct sp_context *c, struct sp_candidate *candidate)
{
	if (candidate->decision == SP_DECISION_ALLOW)
		c->quic_lifted = 1;
	else
		c->quic_rank = candidate->rank;
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
	if (candidate->reason == SP_REASON_QUIC) {
		take_quic(c, candidate);
		return;
	}
	c->scan_done = 1;
	if (candidate->rank >= verdict->rank)
		return;
	/* A ClientHello may lift it yet. */
	if ((candidate->flags & SP_CANDIDATE_LIFTABLE) && c->lift_unsure)
		verdict->nearest_rank = verdict->unsure_rank = verdict->nearest = 0;
	verdict->rank = candidate->rank;
	verdict->clause = candidate->clause;
	verdict->decision = candidate->decision;
	verdict->reason = candidate->reason;
	verdict->flags = candidate->flags;
	verdict->terms = candidate->budget | (__u32)candidate->route << 16;
}

/* Whether the scan of its list ends with this candidate. */
static __always_inline int consider(struct sp_context *c, struct sp_candidate *candidate)
{
	if (c->guardrail_denies_only &&
	    !(candidate->flags & (SP_CANDIDATE_GUARDRAIL_DENY | SP_CANDIDATE_LIFT)))
		return 0;
	if (c->by_server_name && candidate->decision == SP_DECISION_ALLOW)
		return 0;
	c->tls_failed = 0;
	if (!candidate_matches(c, candidate)) {
		if (c->tls_failed)
			note_nearest(c, candidate);
		return 0;
	}
	if (c->only_ranks) {
		unsure(c, candidate);
		return 1;
	}
	take(c, candidate);
	return c->scan_done;
}

static long scan_block(__u32 i, struct sp_loop *loop)
{
	struct sp_context *c = loop->c;
	__u32 id = c->block;
	struct sp_block *block = bpf_map_lookup_elem(&sp_blocks, &id);

	if (!block)
		return 1;
	for (__u32 at = 0; at < SP_CANDIDATES_PER_BLOCK; at++) {
		if (at >= block->count || consider(c, &block->candidates[at]))
			return 1;
	}
	c->block = block->next;
	return !c->block;
}

static __always_inline void begin_scan(struct sp_context *c)
{
	c->scan_done = 0;
	c->lifted = 0;
	c->lift_unsure = 0;
}

/*
 * A list is in order of rank: its first match is its best. Over several lists the lowest rank wins. Not static, as
 * condition_holds.
 */
__noinline int scan_list(struct sp_context *c, __u32 list)
{
	struct sp_loop loop = { .c = c };

	if (!c || !list)
		return 0;
	c->block = list;
	begin_scan(c);
	bpf_loop(SP_MAX_BLOCKS, scan_block, &loop, 0);
	return 0;
}

/* The list that the address led to; where it is at hand, without another look at a map. */
static __always_inline void scan_found(struct sp_context *c)
{
	if (!c->found.count) {
		scan_list(c, c->found.list);
		return;
	}
	begin_scan(c);
	for (__u32 at = 0; at < SP_CANDIDATES_AT_HAND; at++)
		if (at >= c->found.count || consider(c, &c->found.candidates[at]))
			break;
}

#endif
