/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What a clause states beside destination, protocol and port. What is not known fails in an allow and holds in a deny
 * (rule D2). Every time at which an answer given here may change bounds how long the verdict lasts.
 */
#ifndef SP_CONDITIONS_H
#define SP_CONDITIONS_H

#define SP_NANOSECONDS 1000000000ULL
#define SP_FOR_EVER (~0ULL)

enum sp_answer { SP_NO, SP_YES, SP_UNKNOWN };

/*
 * UTC in ns since 1970, 0 where it is not known. CLOCK_TAI counts suspend and follows the wall clock when that is set,
 * without any process; only a change of the leap seconds waits for one.
 */
static __always_inline __u64 wall_clock(struct sp_context *c)
{
	__u32 zero = 0;
	struct sp_state *state;

	if (c->wall_read)
		return c->wall;
	c->wall_read = 1;
	c->wall = 0;
	state = bpf_map_lookup_elem(&sp_state, &zero);
	if (state && state->clock_known)
		c->wall = bpf_ktime_get_tai_ns() - (__u64)state->tai_ahead * SP_NANOSECONDS;
	return c->wall;
}

static __always_inline void lasts_until(struct sp_context *c, __u64 instant)
{
	if (instant < c->valid_until)
		c->valid_until = instant;
}

/* How many boundaries have come: the array is ascending and ends in one that never comes. */
static __always_inline __u32 boundaries_passed(const struct sp_window_times *times, __u64 now)
{
	__u64 passed = 0;

#pragma unroll
	for (__u32 step = SP_WINDOW_BOUNDARIES / 2; step; step /= 2) {
		__u64 at = passed + step - 1;

		if (at < SP_WINDOW_BOUNDARIES && times->boundaries[at] <= now)
			passed += step;
	}
	return passed;
}

static __always_inline int window_open(struct sp_context *c, __u32 id)
{
	struct sp_window *window = bpf_map_lookup_elem(&sp_windows, &id);
	__u64 now = wall_clock(c), passed;
	struct sp_window_times *times;

	if (!window || !now)
		return SP_UNKNOWN;
	/* Two branches: an index into a map's value would have to be proven anew. */
	times = *(volatile __u32 *)&window->half ? &window->halves[1] : &window->halves[0];
	if (now < times->from || now >= times->until) {
		lasts_until(c, now + SP_UNKNOWN_RETRY_S * SP_NANOSECONDS);
		return SP_UNKNOWN;
	}
	passed = boundaries_passed(times, now);
	lasts_until(c, times->until);
	if (passed < SP_WINDOW_BOUNDARIES)
		lasts_until(c, times->boundaries[passed]);
	return (times->open + passed) & 1 ? SP_YES : SP_NO;
}

static __always_inline int unexpired(struct sp_context *c, __u64 expires)
{
	__u64 now = wall_clock(c);

	if (!now)
		return SP_UNKNOWN;
	if (now >= expires)
		return SP_NO;
	lasts_until(c, expires);
	return SP_YES;
}

/*
 * Rules K2 and D3: whether the connection opens with a ClientHello whose server name is in the clause's host pattern. The
 * list is that of a learned name in the same pattern: what both names share must hold the pattern's suffix.
 */
static __always_inline int tls_holds(struct sp_context *c, struct sp_condition *condition)
{
	__u32 suffix_labels = condition->suffix_labels;

	if (c->hello != SP_HELLO_READ)
		return 0;
	if (condition->tls == SP_TLS_ANY)
		return 1;
	if (!c->sni || c->sni_shared < condition->suffix_length || c->sni_labels < suffix_labels)
		return 0;
	if (condition->tls == SP_TLS_EXACT)
		return c->sni_labels == suffix_labels;
	if (condition->tls == SP_TLS_ONE)
		return c->sni_labels == suffix_labels + 1;
	return c->sni_labels > suffix_labels;
}

/*
 * Whether a condition leaves a clause with this decision in force. Not static: the verifier looks at it once, and not
 * again for each way that leads here.
 */
__noinline int condition_holds(struct sp_context *c, __u32 id, __u32 decision)
{
	struct sp_condition *condition = bpf_map_lookup_elem(&sp_conditions, &id);
	int unless_known = decision == SP_DECISION_DENY, answer;

	if (!c || !condition)
		return unless_known;
	c->tls_failed = 0;
	if (condition->expires) {
		answer = unexpired(c, condition->expires);
		if (answer == SP_UNKNOWN ? !unless_known : answer == SP_NO)
			return 0;
	}
	if (condition->window) {
		answer = window_open(c, condition->window);
		if (answer == SP_UNKNOWN ? !unless_known : answer == SP_NO)
			return 0;
	}
	if (condition->principals &&
	    !(c->principals_known ? !!(c->principals & condition->principals) : unless_known))
		return 0;
	if (!condition->tls)
		return 1;
	c->tls_failed = !tls_holds(c, condition);
	return !c->tls_failed;
}

/* Whether time alone may have changed the verdict on a flow: a boundary has passed, or the clock was set back. */
static __always_inline int is_outdated(struct sp_context *c, struct sp_flow *flow)
{
	__u64 valid_for = *(volatile __u64 *)&flow->valid_for;

	return valid_for && wall_clock(c) - flow->valid_from >= valid_for;
}

static __always_inline __u64 valid_for(struct sp_context *c)
{
	return c->valid_until == SP_FOR_EVER ? 0 : c->valid_until - wall_clock(c);
}

static __always_inline __u64 lease_of(struct sp_context *c)
{
	return c->lease == SP_FOR_EVER ? 0 : c->lease;
}

#endif
