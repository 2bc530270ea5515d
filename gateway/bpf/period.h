/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Periods of budgets, on the UTC boundary (rule K6): computed here, so that they turn although no process lives. */
#ifndef SP_PERIOD_H
#define SP_PERIOD_H

#define SP_HOUR_S 3600ULL
#define SP_DAY_S 86400ULL
/* From 1 March of the year 0 to 1 January 1970. */
#define SP_DAYS_TO_1970 719468ULL
#define SP_DAYS_PER_400_YEARS 146097ULL
/* 1 January 1970 was a Thursday. */
#define SP_DAYS_SINCE_MONDAY 3ULL

struct sp_period {
	__u64 begins; /* UTC, ns since 1970 */
	__u64 ends; /* the first instant that is no more in it */
};

/* The day on which the month of a day begins, both counted from 1970: proleptic Gregorian years that begin in March. */
static __always_inline __u64 month_begins(__u64 day)
{
	__u64 of_era = (day + SP_DAYS_TO_1970) % SP_DAYS_PER_400_YEARS;
	__u64 year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	__u64 of_year = of_era - (365 * year + year / 4 - year / 100);
	__u64 month = (5 * of_year + 2) / 153;

	return day - (of_year - (153 * month + 2) / 5);
}

static __noinline int period_of(__u32 per, __u64 now, struct sp_period *period)
{
	__u64 seconds = now / SP_NANOSECONDS, day = seconds / SP_DAY_S, weekday, begins, ends;

	switch (per) {
	case SP_PER_HOUR:
		begins = seconds - seconds % SP_HOUR_S;
		ends = begins + SP_HOUR_S;
		break;
	case SP_PER_DAY:
		begins = day * SP_DAY_S;
		ends = begins + SP_DAY_S;
		break;
	case SP_PER_WEEK:
		weekday = (day + SP_DAYS_SINCE_MONDAY) % 7;
		ends = (day - weekday + 7) * SP_DAY_S;
		/* The first week, in which a machine without a clock of its own begins, has no Monday. */
		begins = weekday > day ? 0 : ends - 7 * SP_DAY_S;
		break;
	default:
		begins = month_begins(day);
		/* 31 days later it is the next month, whichever this one is. */
		ends = month_begins(begins + 31) * SP_DAY_S;
		begins *= SP_DAY_S;
	}
	period->begins = begins * SP_NANOSECONDS;
	period->ends = ends * SP_NANOSECONDS;
	return 0;
}

#endif
