/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A refused packet becomes the answer that says so: a reset, an ICMP error or a DNS answer, with the addresses of the
 * two ends turned around. Whatever stands in the way of it, the packet stays refused.
 */
#ifndef SP_REPLY_H
#define SP_REPLY_H

#define SP_HOP_LIMIT 64
#define SP_TOS_ICMP 0xc0 /* RFC 1812 section 4.3.2.5: internetwork control */
#define SP_STORE (BPF_F_RECOMPUTE_CSUM | BPF_F_INVALIDATE_HASH)

static __always_inline __u32 ip_header_size(struct sp_context *c)
{
	return c->family == 4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
}

static __always_inline __u16 fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	return sum;
}

/*
 * Of the pseudo-header, the same both ways. The mapped form's prefix adds 0xffff, which is nothing in one's
 * complement: one formula for both families.
 */
static __always_inline __u32 pseudo_sum(struct sp_context *c, __u32 protocol, __u32 length)
{
	__u32 sum = bpf_csum_diff(0, 0, (void *)c->src, sizeof(c->src), bpf_htonl(protocol));

	sum = bpf_csum_diff(0, 0, (void *)c->dst, sizeof(c->dst), sum);
	return (__u32)fold(sum) + fold(bpf_htonl(length));
}

/* Of the first `length` bytes of c->reply; the helper takes whole words, 512 bytes at most (before Linux 6.13). */
static __always_inline __u32 sum_reply(struct sp_context *c, __u32 length, __u32 sum)
{
	__u64 end = length & (SP_REPLY_BUFFER - 1);

	asm volatile("" : "+r"(end));
	if (end > SP_REPLY_BUFFER - 4)
		return 0;
	__builtin_memset(c->reply + end, 0, 4);
#pragma unroll
	for (__u32 part = 0; part < SP_REPLY_BUFFER / 512; part++) {
		__u64 rest = end > part * 512 ? end - part * 512 : 0;

		rest = (rest + 3) & ~3ULL;
		asm volatile("" : "+r"(rest));
		if (rest > 512)
			rest = 512;
		sum = bpf_csum_diff(0, 0, (void *)(c->reply + part * 512), rest, sum);
		sum = fold(sum);
	}
	return sum;
}

/*
 * Between interfaces of one machine a checksum is often left for the card to complete (CHECKSUM_PARTIAL), and the
 * field holds the sum of the pseudo-header. That state of the packet stays, so what is put into the field must fit it.
 */
static __always_inline int is_left_to_card(struct sp_context *c, __u16 field)
{
	return field == fold(pseudo_sum(c, c->protocol, c->l4_length));
}

static __always_inline int turn_macs(struct __sk_buff *skb)
{
	__u8 macs[2 * ETH_ALEN], turned[2 * ETH_ALEN];

	if (bpf_skb_load_bytes(skb, 0, macs, sizeof(macs)) || macs[0] & 1 || macs[ETH_ALEN] & 1)
		return -1;
	__builtin_memcpy(turned, macs + ETH_ALEN, ETH_ALEN);
	__builtin_memcpy(turned + ETH_ALEN, macs, ETH_ALEN);
	return bpf_skb_store_bytes(skb, 0, turned, sizeof(turned), 0) ? -1 : 0;
}

static __always_inline int write_ip_header(struct __sk_buff *skb, struct sp_context *c, __u8 protocol,
					   __u32 l4_length)
{
	if (c->family == 4) {
		struct iphdr ip = {
			.version = 4,
			.ihl = 5,
			.tos = protocol == IPPROTO_ICMP ? SP_TOS_ICMP : 0,
			.tot_len = bpf_htons(sizeof(ip) + l4_length),
			.frag_off = bpf_htons(0x4000), /* DF: RFC 6864, an identification of 0 will do */
			.ttl = SP_HOP_LIMIT,
			.protocol = protocol,
			.saddr = c->dst[1] >> 32,
			.daddr = c->src[1] >> 32,
		};

		ip.check = ~fold(bpf_csum_diff(0, 0, (void *)&ip, sizeof(ip), 0));
		return bpf_skb_store_bytes(skb, ETH_HLEN, &ip, sizeof(ip), SP_STORE) ? -1 : 0;
	} else {
		struct ipv6hdr ip = {
			.version = 6,
			.payload_len = bpf_htons(l4_length),
			.nexthdr = protocol,
			.hop_limit = SP_HOP_LIMIT,
		};

		__builtin_memcpy(&ip.saddr, c->dst, sizeof(c->dst));
		__builtin_memcpy(&ip.daddr, c->src, sizeof(c->src));
		return bpf_skb_store_bytes(skb, ETH_HLEN, &ip, sizeof(ip), SP_STORE) ? -1 : 0;
	}
}

/*
 * The packet becomes the first `length` bytes of c->reply, behind IP and Ethernet headers. A packet that the card
 * would have cut up (GSO) becomes an ordinary one by its change of length.
 */
static __always_inline int write_reply(struct __sk_buff *skb, struct sp_context *c, __u8 protocol,
				       __u32 length)
{
	__u32 at = ETH_HLEN + ip_header_size(c);
	__u64 size = length & (SP_REPLY_BUFFER - 1);

	asm volatile("" : "+r"(size));
	if (size < 8 || size >= SP_REPLY_BUFFER)
		return -1;
	if (turn_macs(skb) || bpf_skb_change_tail(skb, at + size, 0) ||
	    write_ip_header(skb, c, protocol, size))
		return -1;
	return bpf_skb_store_bytes(skb, at, c->reply, size, SP_STORE) ? -1 : 0;
}

#endif
