/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Budgets (rules K6, D4): IP length both ways, counted for all CPUs together. A packet passes while less than the limit
 * is spent, whatever its own length: what passes in a period is less than the limit and one packet more.
 */
#ifndef SP_BUDGET_H
#define SP_BUDGET_H

/* How long a period is taken for what it was without a look at the precise clock. */
#define SP_LOOK_AGAIN (1000 * 1000 * 1000ULL)

static __always_inline __u32 budget_number(__u32 terms)
{
	return terms & 0xffff;
}

static __always_inline struct sp_budget *budget_in_force(struct sp_context *c, __u32 number)
{
	__u32 index = c->slot * SP_MAX_BUDGETS + number;

	return number < SP_MAX_BUDGETS ? bpf_map_lookup_elem(&sp_budgets, &index) : 0;
}

/*
 * Whether everything begins anew with this period. Not where the clock has been in it before and was set back, nor where
 * another CPU is already in it. A clock that was ahead by more than a period was wrong: it must not hold up all until then.
 */
static __always_inline int renews(struct sp_spent *spent, const struct sp_period *period)
{
	__u64 latest = spent->latest > spent->ends ? spent->latest : spent->ends;
	int anew = latest <= period->begins;

	if (anew || latest - period->ends > period->ends - period->begins)
		latest = period->ends;
	*(volatile __u64 *)&spent->latest = latest;
	return anew;
}

/*
 * Turns to the period of now. Without a clock the one that was goes on: it may run dry, and nothing begins it anew. A
 * clock that is set back brings nothing back either.
 */
static __noinline int keep_period(struct sp_context *c, struct sp_spent *spent, __u32 per)
{
	__u64 now = wall_clock(c), left;
	struct sp_period period = {};

	if (!now)
		return 0;
	if (now >= spent->ends || now < spent->begins) {
		period_of(per, now, &period);
		bpf_spin_lock(&spent->lock);
		if (renews(spent, &period))
			*(volatile __u64 *)&spent->bytes = 0;
		*(volatile __u64 *)&spent->begins = period.begins;
		*(volatile __u64 *)&spent->ends = period.ends;
		bpf_spin_unlock(&spent->lock);
	}
	left = *(volatile __u64 *)&spent->ends - now;
	*(volatile __u64 *)&spent->look =
		bpf_ktime_get_coarse_ns() + (left < SP_LOOK_AGAIN ? left : SP_LOOK_AGAIN);
	return 0;
}

static __always_inline int has_left(const struct sp_budget *budget, struct sp_spent *spent)
{
	return *(volatile __u64 *)&spent->bytes < budget->limit;
}

/* Whether a clause denies because of its budget; counts nothing. */
static __noinline int is_spent(struct sp_context *c, __u32 number)
{
	struct sp_budget *budget = budget_in_force(c, number);
	struct sp_spent *spent = bpf_map_lookup_elem(&sp_spent, &number);

	if (!budget || !spent)
		return 1;
	keep_period(c, spent, budget->per);
	return !has_left(budget, spent);
}

/*
 * A packet of many segments, as offloading makes them, counts as the packets that are on the wire. A virtual machine, or
 * who writes frames himself, states the size of the segments alone, and may make it a few bytes.
 */
static __always_inline __u64 ip_length(struct __sk_buff *skb, struct sp_context *c)
{
	__u64 length = c->l4_offset - SP_L3_OFFSET + c->l4_length, segments = skb->gso_segs;
	__u32 size = skb->gso_size;

	if (!segments && size)
		segments = (c->payload_length + size - 1) / size;
	return segments > 1 ? length + (segments - 1) * (c->payload_offset - SP_L3_OFFSET) : length;
}

/* Counts the packet if it may pass; 0 if the budget is spent. Of several CPUs one alone takes what reaches the limit. */
static __noinline int charge(struct __sk_buff *skb, struct sp_context *c, __u32 number)
{
	struct sp_budget *budget = budget_in_force(c, number);
	struct sp_spent *spent = bpf_map_lookup_elem(&sp_spent, &number);

	if (!budget || !spent)
		return 0;
	if (c->wall_read || !has_left(budget, spent) ||
	    bpf_ktime_get_coarse_ns() >= *(volatile __u64 *)&spent->look)
		keep_period(c, spent, budget->per);
	return has_left(budget, spent) &&
	       __sync_fetch_and_add(&spent->bytes, ip_length(skb, c)) < budget->limit;
}

/* D6: in audit a spent budget stops nothing, and is counted on. */
static __always_inline int overdraw(struct __sk_buff *skb, struct sp_context *c, __u32 number)
{
	struct sp_agent *agent = agent_record(c, c->agent);
	struct sp_spent *spent = bpf_map_lookup_elem(&sp_spent, &number);

	if (!agent || !spent || !(agent->flags & SP_AGENT_AUDIT))
		return 0;
	__sync_fetch_and_add(&spent->bytes, ip_length(skb, c));
	return 1;
}

#endif
