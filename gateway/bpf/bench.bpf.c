// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For the benchmark alone: one frame run many times, changed before each run, so that no run finds its keys in the
 * cache because the last one had the same. cb[0] counts runs, cb[1] says what to change, cb[2] how many variants.
 */
#include "handle.h"

#define SP_VARY_DESTINATION 1 /* IPv4 destination, taken from sp_variants */
#define SP_VARY_PORT 2 /* TCP or UDP source port */
#define SP_VARY_NAME 4 /* five digits at the start of the name in a DNS question */

#define SP_PORT_OFFSET (ETH_HLEN + sizeof(struct iphdr))
#define SP_NAME_OFFSET (SP_PORT_OFFSET + sizeof(struct udphdr) + SP_DNS_HEADER + 1)

SP_MAP(BPF_MAP_TYPE_ARRAY, sp_variants, __u32, __u32, 65536, 0);

static __always_inline void vary_destination(struct __sk_buff *skb, __u32 variant)
{
	__u32 *address = bpf_map_lookup_elem(&sp_variants, &variant), before;
	__u32 at = ETH_HLEN + __builtin_offsetof(struct iphdr, daddr);

	if (!address || bpf_skb_load_bytes(skb, at, &before, 4))
		return;
	bpf_l3_csum_replace(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, check), before, *address,
			    4);
	bpf_skb_store_bytes(skb, at, address, 4, 0);
}

static __always_inline void vary_name(struct __sk_buff *skb, __u32 variant)
{
	__u8 digits[5];

	for (int i = 4; i >= 0; i--) {
		digits[i] = '0' + variant % 10;
		variant /= 10;
	}
	bpf_skb_store_bytes(skb, SP_NAME_OFFSET, digits, sizeof(digits), 0);
}

static __always_inline void vary(struct __sk_buff *skb)
{
	__u32 run = skb->cb[0]++, what = skb->cb[1], variants = skb->cb[2];
	/* A stride that shares no factor with the count visits all variants, neighbours never in a row. */
	__u32 variant = variants ? (run * 7919) % variants : 0;

	if (what & SP_VARY_DESTINATION)
		vary_destination(skb, variant);
	if (what & SP_VARY_NAME)
		vary_name(skb, variant);
	if (what & SP_VARY_PORT) {
		__be16 port = bpf_htons(1024 + run % 60000);

		bpf_skb_store_bytes(skb, SP_PORT_OFFSET, &port, 2, 0);
	}
}

SEC("tc")
int sp_vary(struct __sk_buff *skb)
{
	vary(skb);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int sp_vary_judge(struct __sk_buff *skb)
{
	struct sp_context *c = context();

	if (!c)
		return TC_ACT_SHOT;
	c->source_unknown = 0;
	vary(skb);
	return handle(skb, c, skb->mark, SP_FROM_AGENT, SP_MODE_PACKET, 0);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
