/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What is idle or expired goes, by one timer that lives as long as its map is pinned. Not a timer per entry: kernels
 * since 6.18 allocate those without waiting, and fail often enough to refuse flows that should begin.
 */
#ifndef SP_SWEEP_H
#define SP_SWEEP_H

struct sp_sweep {
	__u64 coarse; /* CLOCK_MONOTONIC, coarse */
	__u64 boot;
};

static long sweep_flow(void *map, struct sp_flow_key *key, struct sp_flow *flow, struct sp_sweep *now)
{
	__u64 idle = now->coarse - flow->last_seen;

	/* A packet of just now may be ahead of the time that was read at the start. */
	if ((__s64)idle > 0 && idle >= idle_timeout(key, flow))
		remove_flow(key, flow);
	return 0;
}

static __always_inline void sweep_waiting(struct sp_flow_key *key, struct sp_flow *flow,
					  struct sp_opening *opening, __u64 now)
{
	int late = overdue(flow, opening, now);

	if (late) {
		if (late < 0) {
			flow->clause = flow->noted = 0;
			flow->reason = -late;
		}
		end_opening(key, flow, flow->hello == SP_HELLO_TOLD);
	} else if (flow->hello == SP_HELLO_WATCHED && now - opening->since >= SP_TIMEOUT_HELLO_S * SP_SECOND) {
		/* Allowed so far: it is told, and its ClientHello is awaited still. */
		tell_beginning(key, flow);
		flow->hello = SP_HELLO_TOLD;
	}
}

static long sweep_opening(void *map, struct sp_flow_key *key, struct sp_opening *opening, struct sp_sweep *now)
{
	struct sp_flow *flow = bpf_map_lookup_elem(&sp_flows, key);
	__s64 age = now->coarse - opening->since;

	if (age < (__s64)(SP_TIMEOUT_HELLO_S * SP_SECOND))
		return 0;
	if (!flow || !(flow->flags & SP_FLOW_OPENING) || flow->hello == SP_HELLO_DENIED)
		forget_opening(key);
	else if (waits(flow->hello))
		sweep_waiting(key, flow, opening, now->coarse);
	else if (age >= (__s64)(SP_TIMEOUT_HELLO_COPY_S * SP_SECOND))
		drop_parts(opening->agent, key);
	return 0;
}

static long sweep_name(void *map, struct sp_name_key *key, struct sp_name *name, struct sp_sweep *now)
{
	__u64 age = now->boot - name->last_used;
	__u32 agent = key->agent;
	struct sp_agent_use *use;

	if ((__s64)age < (__s64)(SP_NAME_LIFETIME_S * SP_SECOND) || name->flows)
		return 0;
	use = bpf_map_lookup_elem(&sp_agent_use, &agent);
	if (!bpf_map_delete_elem(&sp_names, key) && use)
		__sync_fetch_and_add(&use->names, -1);
	return 0;
}

static long sweep_learned(void *map, struct sp_learned_key *key, struct sp_learned *learned,
			  struct sp_sweep *now)
{
	__u32 agent = key->agent;
	struct sp_agent_use *use;

	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++)
		if (learned->names[i].expires > now->boot)
			return 0;
	use = bpf_map_lookup_elem(&sp_agent_use, &agent);
	if (!bpf_map_delete_elem(&sp_learned, key) && use)
		__sync_fetch_and_add(&use->learned, -1);
	return 0;
}

static int sweep(void *map, __u32 *key, struct sp_sweeper *sweeper)
{
	struct sp_sweep now = {
		.coarse = bpf_ktime_get_coarse_ns(),
		.boot = bpf_ktime_get_boot_ns(),
	};

	bpf_for_each_map_elem(&sp_openings, sweep_opening, &now, 0);
	bpf_for_each_map_elem(&sp_flows, sweep_flow, &now, 0);
	if (sweeper->turns % SP_SWEEP_NAMES_EVERY == 0) {
		bpf_for_each_map_elem(&sp_learned, sweep_learned, &now, 0);
		bpf_for_each_map_elem(&sp_names, sweep_name, &now, 0);
	}
	sweeper->turns++;
	sweeper->last = now.boot;
	bpf_timer_start(&sweeper->timer, SP_SWEEP_EVERY_S * SP_SECOND, 0);
	return 0;
}

/* 0 once the timer runs. A program that takes over from an older one makes the timer call its own code. */
static __always_inline int start_sweeper(void)
{
	__u32 zero = 0;
	struct sp_sweeper *sweeper = bpf_map_lookup_elem(&sp_sweeper, &zero);
	long error;

	if (!sweeper)
		return 1;
	error = bpf_timer_init(&sweeper->timer, &sp_sweeper, SP_CLOCK_BOOTTIME);
	if (error && error != -16 /* EBUSY: it runs already */)
		return 2;
	if (bpf_timer_set_callback(&sweeper->timer, sweep))
		return 3;
	return bpf_timer_start(&sweeper->timer, SP_SECOND, 0) ? 4 : 0;
}

#endif
