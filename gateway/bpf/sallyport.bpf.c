// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Sallyport's programs on an agent-facing interface (tc, clsact, direct action): ingress sees what agents send,
 * egress what they get. Everything is refused until rules are in force.
 */
#include "handle.h"
#include "reply.h"
#include "reply_reject.h"
#include "reply_dns.h"
#include "own_reply.h"

SEC("tc")
int sp_from_agent(struct __sk_buff *skb)
{
	struct sp_context *c = context();

	if (!c)
		return TC_ACT_SHOT;
	if (is_own_reply(skb))
		return pass();
	c->source_unknown = 0;
	return finish(skb, c, handle(skb, c, skb->ifindex, SP_FROM_AGENT, SP_MODE_PACKET, 0));
}

SEC("tc")
int sp_to_agent(struct __sk_buff *skb)
{
	struct sp_context *c = context();

	if (!c)
		return TC_ACT_SHOT;
	if (is_own_reply(skb))
		return pass();
	c->source_unknown = 0;
	return finish(skb, c, handle(skb, c, skb->ifindex, SP_TO_AGENT, SP_MODE_PACKET, 0));
}

/*
 * For BPF_PROG_TEST_RUN alone, never attached: the interface is the packet mark; cb[0] is the direction,
 * cb[1] the enum sp_mode; cb[2] SP_GIVEN_, cb[3] and cb[4] the time that is given. cb then tells the verdict.
 */
SEC("tc")
int sp_judge(struct __sk_buff *skb)
{
	struct sp_context *c = context();
	__u32 given = skb->cb[2];
	int action;

	if (!c)
		return TC_ACT_SHOT;
	c->verdict.decision = c->verdict.reason = c->verdict.flags = 0;
	c->verdict.clause = c->verdict.noted = 0;
	c->wall = given & SP_GIVEN_TIME ? (__u64)skb->cb[4] << 32 | skb->cb[3] : 0;
	c->source_unknown = !!(given & SP_GIVEN_NO_SOURCE);
	c->sni_given = given & SP_GIVEN_SNI ? SP_GIVEN_SERVER_NAME : 0;
	action = handle(skb, c, skb->mark, skb->cb[0] ? SP_TO_AGENT : SP_FROM_AGENT, skb->cb[1],
			!!(given & (SP_GIVEN_TIME | SP_GIVEN_NO_TIME)));
	skb->cb[0] = c->verdict.decision;
	skb->cb[1] = c->verdict.reason;
	skb->cb[2] = c->verdict.clause;
	skb->cb[3] = c->verdict.noted;
	skb->cb[4] = c->agent;
	return finish(skb, c, action);
}

/* What a bare program costs: the base line of the benchmark. */
SEC("tc")
int sp_empty(struct __sk_buff *skb)
{
	return TC_ACT_UNSPEC;
}

struct sp_commit {
	__u64 generation;
};

/* One aligned store: a packet sees the old generation or the new one. A map update promises no such thing. */
SEC("syscall")
int sp_commit(struct sp_commit *commit)
{
	__u32 zero = 0;
	struct sp_state *state = bpf_map_lookup_elem(&sp_state, &zero);

	if (!state)
		return 1;
	*(volatile __u64 *)&state->generation = commit->generation;
	return 0;
}

struct sp_clock {
	__u64 utc;
};

/* User space tells the time; what matters of it is how many seconds this machine puts between TAI and UTC. */
SEC("syscall")
int sp_set_clock(struct sp_clock *clock)
{
	__u64 ahead = bpf_ktime_get_tai_ns() - clock->utc + SP_NANOSECONDS / 2;
	__u32 zero = 0;
	struct sp_state *state = bpf_map_lookup_elem(&sp_state, &zero);

	if (!state)
		return 1;
	*(volatile __u32 *)&state->tai_ahead = ahead / SP_NANOSECONDS;
	*(volatile __u32 *)&state->clock_known = 1;
	return 0;
}

struct sp_reply_mark {
	__u32 mark;
};

/* Once: a reply may be on its way when another process takes over. */
SEC("syscall")
int sp_set_reply_mark(struct sp_reply_mark *argument)
{
	__u32 zero = 0;
	struct sp_state *state = bpf_map_lookup_elem(&sp_state, &zero);

	if (!state)
		return 1;
	__sync_val_compare_and_swap(&state->reply_mark, 0, argument->mark);
	return 0;
}

struct sp_turn {
	__u32 window;
	__u32 half;
};

SEC("syscall")
int sp_turn_window(struct sp_turn *turn)
{
	__u32 id = turn->window;
	struct sp_window *window = bpf_map_lookup_elem(&sp_windows, &id);

	if (!window)
		return 1;
	*(volatile __u32 *)&window->half = turn->half;
	return 0;
}

SEC("tc")
int sp_start(struct __sk_buff *skb)
{
	return start_sweeper();
}

/* Updating a map of maps waits for every program that runs: afterwards nobody reads the old generation's rules. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(
		values, struct {
			__uint(type, BPF_MAP_TYPE_ARRAY);
			__type(key, __u32);
			__type(value, __u32);
			__uint(max_entries, 1);
		});
} sp_grace SEC(".maps");

char LICENSE[] SEC("license") = "Dual BSD/GPL";
