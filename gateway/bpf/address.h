/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Addresses are two words in network order; IPv4 stands as ::ffff:a.b.c.d. */
#ifndef SP_ADDRESS_H
#define SP_ADDRESS_H

#define SP_MAPPED bpf_htonl(0xffff)

static __always_inline void set_ipv4(__u64 to[2], __be32 address)
{
	to[0] = 0;
	to[1] = (__u64)address << 32 | SP_MAPPED;
}

static __always_inline int is_ipv4(const __u64 a[2])
{
	return a[0] == 0 && (__u32)a[1] == SP_MAPPED;
}

static __always_inline int same_address(const __u64 a[2], const __u64 b[2])
{
	return a[0] == b[0] && a[1] == b[1];
}

/* 64:ff9b::/96 (RFC 6052) is judged as the IPv4 address inside. */
static __always_inline void set_judged(__u64 to[2], const __u64 from[2])
{
	if (from[0] == bpf_cpu_to_be64(0x0064ff9b00000000ULL) && (__u32)from[1] == 0) {
		to[0] = 0;
		to[1] = (from[1] & 0xffffffff00000000ULL) | SP_MAPPED;
		return;
	}
	to[0] = from[0];
	to[1] = from[1];
}

#endif
