/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* One uncompressed name, as questions hold it: checked, lower-cased, reversed, hashed. */
#ifndef SP_DNS_NAME_H
#define SP_DNS_NAME_H

#define SP_DNS_HEADER 12
#define SP_FNV_OFFSET 0xcbf29ce484222325ULL
#define SP_FNV_PRIME 0x100000001b3ULL

static __always_inline __u8 dns_byte(struct sp_context *c, __u32 at)
{
	return c->dns[at & (SP_DNS_BUFFER - 1)];
}

static __always_inline __u16 dns_u16(struct sp_context *c, __u32 at)
{
	return (__u16)dns_byte(c, at) << 8 | dns_byte(c, at + 1);
}

static __always_inline __u8 lower(__u8 b)
{
	return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
}

/* Letters, digits, hyphen, underscore: no other byte stands in a name that a policy can hold (rule K4). */
static __always_inline int is_name_byte(__u8 b)
{
	return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-' || b == '_';
}

/* An index below a power of two: the compiler must neither leave the mask out nor merge it with other offsets. */
static __always_inline __u64 bounded(__u64 index, __u64 size)
{
	asm volatile("" : "+r"(index));
	index &= size - 1;
	asm volatile("" : "+r"(index));
	return index;
}

#define SP_NAME_STEP 8

/* Several bytes a turn, on what is in registers: a turn of bpf_loop takes as long as the work on one byte. */
static long read_name_bytes(__u32 turn, struct sp_loop *loop)
{
	struct sp_context *c = loop->c;
	__u32 at = c->at, left = c->left, length = c->name_length;
	__u64 hash = c->hash;
	long ends = 1;

	c->fault = 1;
	for (__u32 i = 0; i < SP_NAME_STEP; i++) {
		__u8 b;

		if (at >= c->dns_length)
			return 1;
		b = c->dns[bounded(at, SP_DNS_BUFFER)];
		at++;
		if (!left) {
			if (!b) {
				c->fault = 0;
				goto out;
			}
			if (b > 63)
				return 1;
			left = b;
			c->labels++;
			b = '.';
		} else {
			left--;
			b = lower(b);
			if (!is_name_byte(b))
				return 1;
		}
		if (length >= SP_MAX_NAME)
			return 1;
		length++;
		c->name_buffer[bounded(SP_NAME_END - length, SP_NAME_BUFFER)] = b;
		hash = (hash ^ b) * SP_FNV_PRIME;
	}
	c->fault = 0;
	ends = 0;
out:
	c->at = at;
	c->left = left;
	c->name_length = length;
	c->hash = hash;
	return ends;
}

/* 0, or -1 for what is not a name; c->at stands behind it. */
static __noinline int read_question_name(struct sp_context *c)
{
	struct sp_loop loop = { .c = c };

	c->at = SP_DNS_HEADER;
	c->left = c->labels = c->name_length = 0;
	c->hash = SP_FNV_OFFSET;
	c->fault = 1;
	bpf_loop(SP_MAX_NAME / SP_NAME_STEP + 1, read_name_bytes, &loop, 0);
	return c->fault || !c->labels || c->left ? -1 : 0;
}

/* Copies the payload, so that all that follows indexes memory of known size. */
static __always_inline int load_dns(struct __sk_buff *skb, struct sp_context *c)
{
	__u64 length = c->payload_length;

	if (length < SP_DNS_HEADER + 5 || length > SP_DNS_BUFFER - 16)
		return -1;
	/* What stands behind the datagram in its packet would travel unread (RFC 9868). */
	if (c->payload_offset + c->payload_length != c->l4_offset + c->l4_length)
		return -1;
	c->dns_length = length;
	length &= SP_DNS_BUFFER - 1;
	asm volatile("" : "+r"(length));
	if (length < 1 || length >= SP_DNS_BUFFER)
		return -1;
	return bpf_skb_load_bytes(skb, c->payload_offset, c->dns, length) ? -1 : 0;
}

#endif
