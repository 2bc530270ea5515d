/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The flow table. An entry counts only while its generation is the gateway's, so new rules reach every flow on its
 * next packet. Idle entries are swept by the kernel's own timer: flows end although no user-space process lives.
 */
#ifndef SP_FLOW_H
#define SP_FLOW_H

#define SP_SECOND 1000000000ULL
#define SP_CLOCK_BOOTTIME 7

static __always_inline int is_less(const __u64 a[2], const __u64 b[2], __u16 port_a, __u16 port_b)
{
	if (a[0] != b[0])
		return a[0] < b[0];
	if (a[1] != b[1])
		return a[1] < b[1];
	return port_a <= port_b;
}

static __always_inline void set_key(struct sp_flow_key *key, const __u64 src[2], const __u64 dst[2],
				    __u16 port_src, __u16 port_dst, __u8 protocol, __u32 ifindex)
{
	int forward = is_less(src, dst, port_src, port_dst);

	key->a[0] = forward ? src[0] : dst[0];
	key->a[1] = forward ? src[1] : dst[1];
	key->b[0] = forward ? dst[0] : src[0];
	key->b[1] = forward ? dst[1] : src[1];
	key->port_a = forward ? port_src : port_dst;
	key->port_b = forward ? port_dst : port_src;
	key->ifindex = ifindex;
	key->protocol = protocol;
	__builtin_memset(key->pad, 0, sizeof(key->pad));
}

static __always_inline int from_initiator(struct sp_context *c, struct sp_flow *flow)
{
	int from_a = same_address(c->src, c->key.a) && c->port_src == c->key.port_a;

	/* A flow to itself has two equal ends: every packet is then the initiator's. */
	return (flow->flags & SP_FLOW_FROM_B) ? !from_a : from_a;
}

static __always_inline __u64 judged_now(struct sp_context *c)
{
	return c->generation << 1 | !!(c->verdict.flags & SP_CANDIDATE_RESOLVER);
}

static __always_inline __u64 generation_of(__u64 judged)
{
	return judged >> 1;
}

static __always_inline int is_filtered(__u64 judged)
{
	return judged & 1;
}

/* Whether a flow must meet the rules of now before anything more of it passes. */
static __always_inline int needs_judgement(struct sp_context *c, struct sp_flow *flow, __u64 judged)
{
	return generation_of(judged) != c->generation || is_outdated(c, flow) ||
	       is_over(*(volatile __u64 *)&flow->lease);
}

static __always_inline __u64 idle_timeout(const struct sp_flow_key *key, struct sp_flow *flow)
{
	__u8 flags = flow->flags;

	if (flow->hello == SP_HELLO_DENIED)
		return SP_TIMEOUT_TCP_CLOSING_S * SP_SECOND;
	if (is_filtered(flow->judged))
		return SP_TIMEOUT_DNS_S * SP_SECOND;
	if (key->protocol == IPPROTO_UDP)
		return SP_TIMEOUT_UDP_S * SP_SECOND;
	if (key->protocol != IPPROTO_TCP)
		return SP_TIMEOUT_ICMP_S * SP_SECOND;
	if (flags & SP_FLOW_CLOSING)
		return SP_TIMEOUT_TCP_CLOSING_S * SP_SECOND;
	return (flags & SP_FLOW_REPLIED) ? SP_TIMEOUT_TCP_S * SP_SECOND :
					   SP_TIMEOUT_TCP_OPENING_S * SP_SECOND;
}

/* Takes one; what is given back twice must not look like very many, or the agent were shut out for ever. */
static __always_inline int exceeds_quota(__u32 *held, __s32 quota)
{
	return (__s32)__sync_fetch_and_add(held, 1) >= quota;
}

static __always_inline void release_use(__u32 agent)
{
	struct sp_agent_use *use = bpf_map_lookup_elem(&sp_agent_use, &agent);

	if (use)
		__sync_fetch_and_add(&use->flows, -1);
}

/* Not inlined, as describe_question. */
static __noinline void describe_flow(struct sp_flow_event *event, const struct sp_flow_key *key,
				     struct sp_flow *flow, __u8 kind)
{
	int from_b = flow->flags & SP_FLOW_FROM_B;

	event->time = bpf_ktime_get_ns();
	event->generation = generation_of(flow->judged);
	event->packets[0] = flow->packets[0];
	event->packets[1] = flow->packets[1];
	event->bytes[0] = flow->bytes[0];
	event->bytes[1] = flow->bytes[1];
	event->name_count = flow->name_count;
	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++)
		event->names[i] = flow->names[i];
	event->sni = server_name_of(key, flow);
	event->hello = flow->hello;
	__builtin_memcpy(event->src, from_b ? key->b : key->a, 16);
	__builtin_memcpy(event->dst, from_b ? key->a : key->b, 16);
	event->port_src = from_b ? key->port_b : key->port_a;
	event->port_dst = from_b ? key->port_a : key->port_b;
	event->agent = flow->agent;
	event->clause = flow->clause;
	event->noted = flow->noted;
	event->ifindex = key->ifindex;
	event->kind = kind;
	event->decision = kind == SP_EVENT_DENY ? SP_DECISION_DENY : SP_DECISION_ALLOW;
	event->reason = flow->reason;
	event->protocol = key->protocol;
	event->flags = flow->flags;
}

/* Whether anybody was told that it began: what waits for its ClientHello has no verdict yet. */
static __always_inline int is_told(struct sp_flow *flow)
{
	return !is_filtered(flow->judged) &&
	       (flow->hello < SP_HELLO_REQUIRED || flow->hello == SP_HELLO_TOLD);
}

/*
 * Whoever wins the deletion gives back what the flow held. Everything is read before: a deleted value may be
 * another flow's at once.
 */
static __noinline int remove_flow(struct sp_flow_key *key, struct sp_flow *flow)
{
	struct sp_held held = {
		.agent = flow->agent,
		.name_count = flow->name_count,
		.sni = server_name_of(key, flow),
		.opening = flow->flags & SP_FLOW_OPENING,
	};
	struct sp_flow_event *event = 0;

	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++)
		held.names[i] = flow->names[i];

	if (is_told(flow))
		event = reserve_flow_event();
	if (event)
		describe_flow(event, key, flow, SP_EVENT_CLOSE);
	if (bpf_map_delete_elem(&sp_flows, key)) {
		if (event)
			bpf_ringbuf_discard(event, 0);
		return 0;
	}
	release_use(held.agent);
	release_names(&held);
	if (held.sni)
		bpf_map_delete_elem(&sp_server_names, key);
	if (held.opening)
		forget_opening(key);
	/* By port: a change of rules may have ended the filter since. */
	if (key->protocol == IPPROTO_UDP && (key->port_a == 53 || key->port_b == 53))
		bpf_map_delete_elem(&sp_questions, key);
	if (event)
		bpf_ringbuf_submit(event, 0);
	return 0;
}

/* 0, or flow-table-full: a flow that cannot be remembered cannot be allowed. */
static __noinline int add_flow(struct sp_context *c)
{
	struct sp_flow *fresh = &c->new_flow;
	__u32 agent = c->agent;
	struct sp_agent_use *use = bpf_map_lookup_elem(&sp_agent_use, &agent);
	long error;

	if (!use)
		return SP_REASON_FLOW_TABLE_FULL;
	if (exceeds_quota(&use->flows, SP_FLOWS_PER_AGENT))
		goto full;
	__builtin_memset(fresh, 0, sizeof(*fresh));
	fresh->judged = judged_now(c);
	fresh->valid_from = c->wall;
	fresh->valid_for = valid_for(c);
	fresh->lease = lease_of(c);
	fresh->last_seen = bpf_ktime_get_coarse_ns();
	fresh->packets[0] = 1;
	fresh->bytes[0] = c->length;
	fresh->agent = agent;
	fresh->clause = c->verdict.clause;
	fresh->noted = c->verdict.noted;
	fresh->reason = c->verdict.reason;
	fresh->hello = c->flow_hello;
	if (c->flow_hello >= SP_HELLO_REQUIRED)
		fresh->flags |= SP_FLOW_OPENING;
	fresh->terms = c->flow_hello == SP_HELLO_REQUIRED ? c->verdict.nearest_terms : c->verdict.terms;
	if (!same_address(c->src, c->key.a) || c->port_src != c->key.port_a)
		fresh->flags |= SP_FLOW_FROM_B;
	if (c->direction == SP_TO_AGENT)
		fresh->flags |= c->peer && is_agents(c, c->src) ? SP_FLOW_INBOUND | SP_FLOW_FROM_AGENT : SP_FLOW_INBOUND;
	fresh->name_count = c->name_count;
	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++)
		fresh->names[i] = i < c->name_count ? c->names[i] : 0;
	error = bpf_map_update_elem(&sp_flows, &c->key, fresh, BPF_NOEXIST);
	if (error == -17 /* EEXIST: another CPU saw the same flow begin */) {
		__sync_fetch_and_add(&use->flows, -1);
		return 0;
	}
	if (error)
		goto full;
	hold_names(c);
	return 0;
full:
	__sync_fetch_and_add(&use->flows, -1);
	return SP_REASON_FLOW_TABLE_FULL;
}

#endif
