/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Questions for the name of an address (rule N2, PTR). */
#ifndef SP_DNS_REVERSE_H
#define SP_DNS_REVERSE_H

/* As names are held, their letters reversed: `4.3.2.10.in-addr.arpa` (RFC 1035 section 3.5) is `apra.rdda-ni.01.2.3.4.` */
#define SP_IN_ADDR "apra.rdda-ni."
#define SP_IP6 "apra.6pi."
#define SP_IN_ADDR_LENGTH (sizeof(SP_IN_ADDR) - 1)
#define SP_IP6_LENGTH (sizeof(SP_IP6) - 1)
#define SP_NIBBLES 32

struct sp_reverse {
	struct sp_context *c;
	__u64 high;
	__u64 low;
	__u32 at;
	__u32 value; /* of the label so far */
	__u32 place; /* what the next digit of it counts */
	__u32 labels;
	__u32 digit; /* the last one */
	__u32 fault;
};

static __always_inline __u8 reversed_byte(struct sp_reverse *reverse)
{
	__u8 b = reverse->c->name_buffer[reverse->at & (SP_NAME_BUFFER - 1)];

	reverse->at++;
	return b;
}

/* Digits come from the last one, labels from the first octet on. */
static long read_octet_byte(__u32 i, struct sp_reverse *reverse)
{
	__u8 b = reversed_byte(reverse);

	reverse->fault = 1;
	if (b == '.') {
		/* A leading zero is not how an octet is written. */
		if (reverse->value > 255 || (reverse->place > 10 && !reverse->digit))
			return 1;
		reverse->low = reverse->low << 8 | reverse->value;
		reverse->labels++;
		reverse->value = 0;
		reverse->place = 1;
	} else {
		if (b < '0' || b > '9' || reverse->place > 100)
			return 1;
		reverse->digit = b - '0';
		reverse->value += reverse->digit * reverse->place;
		reverse->place *= 10;
	}
	reverse->fault = 0;
	return 0;
}

static long read_nibble(__u32 i, struct sp_reverse *reverse)
{
	__u8 b = reversed_byte(reverse), dot = reversed_byte(reverse);

	reverse->fault = 1;
	if (dot != '.' || !((b >= '0' && b <= '9') || (b >= 'a' && b <= 'f')))
		return 1;
	reverse->high = reverse->high << 4 | reverse->low >> 60;
	reverse->low = reverse->low << 4 | (b <= '9' ? b - '0' : b - 'a' + 10);
	reverse->fault = 0;
	return 0;
}

static __always_inline int begins_with(struct sp_reverse *reverse, const char *zone, __u32 length)
{
#pragma unroll
	for (__u32 i = 0; i < length; i++)
		if (reversed_byte(reverse) != (__u8)zone[i])
			return 0;
	return 1;
}

/* Sets c->reverse to the address in the name that was asked; 0, or -1 where it is none that a packet can have. */
static __noinline int read_reverse_name(struct sp_context *c)
{
	__u32 start = SP_NAME_END - c->name_length, rest = c->name_length - SP_IN_ADDR_LENGTH;
	struct sp_reverse reverse = { .c = c, .at = start, .place = 1 };
	__u64 address[2];

	if (c->name_length == SP_IP6_LENGTH + 2 * SP_NIBBLES) {
		if (!begins_with(&reverse, SP_IP6, SP_IP6_LENGTH))
			return -1;
		bpf_loop(SP_NIBBLES, read_nibble, &reverse, 0);
		address[0] = bpf_cpu_to_be64(reverse.high);
		address[1] = bpf_cpu_to_be64(reverse.low);
		if (reverse.fault || is_ipv4(address))
			return -1;
	} else {
		if (c->name_length < SP_IN_ADDR_LENGTH + 8 || c->name_length > SP_IN_ADDR_LENGTH + 16 ||
		    !begins_with(&reverse, SP_IN_ADDR, SP_IN_ADDR_LENGTH))
			return -1;
		bpf_loop(rest, read_octet_byte, &reverse, 0);
		if (reverse.fault || reverse.labels != 4)
			return -1;
		set_ipv4(address, bpf_htonl(reverse.low));
	}
	set_judged(c->reverse, address);
	return 0;
}

/* What a list says of asking for the name of an address: the first line about it that holds. */
static long weigh_reverse(__u32 i, struct sp_loop *loop)
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
		if (!(candidate->protocols & SP_PROTO_REVERSE))
			continue;
		if (candidate->condition &&
		    !condition_holds(c, candidate->condition, candidate->decision))
			continue;
		c->reverse_said |= candidate->decision;
		return 1;
	}
	c->block = block->next;
	return !c->block;
}

static __always_inline void ask_list(struct sp_context *c, __u32 list)
{
	struct sp_loop loop = { .c = c };

	c->block = list;
	if (list)
		bpf_loop(SP_MAX_BLOCKS, weigh_reverse, &loop, 0);
}

static __always_inline int is_learned(struct sp_context *c, const __u64 address[2])
{
	struct sp_learned_key key = { .agent = c->agent, .addr = { address[0], address[1] } };
	struct sp_learned *learned = bpf_map_lookup_elem(&sp_learned, &key);
	__u64 now = bpf_ktime_get_boot_ns();

	for (__u32 i = 0; learned && i < SP_NAMES_PER_ADDRESS; i++)
		if (learned->names[i].expires > now)
			return 1;
	return 0;
}

/* Whether the address in the name was learned, or is allowed and not denied. */
static __noinline int may_ask_in_reverse(struct sp_context *c)
{
	__u32 peer = c->peer;

	if (read_reverse_name(c))
		return 0;
	if (is_learned(c, c->reverse))
		return 1;
	c->reverse_said = 0;
	c->match_unknown = 0;
	find_listed(c, c->reverse);
	ask_list(c, c->found.list);
	c->peer = agent_at(c, c->reverse);
	ask_list(c, list_for_peer(c));
	c->peer = peer;
	/* A denial in either list counts. */
	return c->reverse_said == SP_DECISION_ALLOW;
}

#endif
