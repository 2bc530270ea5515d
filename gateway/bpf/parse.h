/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* From frame or packet to tuple. Whatever is not understood is refused with its reason. */
#ifndef SP_PARSE_H
#define SP_PARSE_H

#define SP_LINEAR 128 /* covers every header that is read directly */
#define SP_MAX_EXTENSIONS 4

static __always_inline int checksum_holds(struct iphdr *ip)
{
	__u16 *words = (void *)ip;
	__u32 sum = 0;

#pragma unroll
	for (__u32 i = 0; i < 10; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	return (__u16)sum == 0xffff;
}

static __always_inline int parse_ipv4(struct __sk_buff *skb, struct sp_context *c, void *at, void *end)
{
	struct iphdr *ip = at;
	__u32 total;

	if ((void *)(ip + 1) > end || ip->version != 4 || ip->ihl < 5)
		return -SP_REASON_MALFORMED;
	total = bpf_ntohs(ip->tot_len);
	if (total < sizeof(*ip) || total > skb->len - SP_L3_OFFSET)
		return -SP_REASON_MALFORMED;
	c->family = 4;
	set_ipv4(c->src, ip->saddr);
	set_ipv4(c->dst, ip->daddr);
	if (ip->ihl > 5)
		return -SP_REASON_IP_OPTIONS;
	if (!checksum_holds(ip) || !ip->ttl)
		return -SP_REASON_MALFORMED;
	if (ip->frag_off & bpf_htons(0x3fff))
		return -SP_REASON_FRAGMENT;
	c->protocol = ip->protocol;
	c->l4_offset = SP_L3_OFFSET + sizeof(*ip);
	c->l4_length = total - sizeof(*ip);
	switch (ip->protocol) {
	case IPPROTO_TCP:
		return parse_tcp(c, ip + 1, end);
	case IPPROTO_UDP:
		return parse_udp(c, ip + 1, end);
	case IPPROTO_ICMP:
		return parse_icmp4(c, ip + 1, end);
	default:
		c->other_protocol = 1;
		return SP_PARSED;
	}
}

static __always_inline int parse_ipv6(struct __sk_buff *skb, struct sp_context *c, void *at, void *end)
{
	struct ipv6hdr *ip = at;
	__u32 total, skipped = 0;
	void *next;
	__u8 type;

	if ((void *)(ip + 1) > end || ip->version != 6)
		return -SP_REASON_MALFORMED;
	total = bpf_ntohs(ip->payload_len);
	if (total > skb->len - SP_L3_OFFSET - sizeof(*ip))
		return -SP_REASON_MALFORMED;
	c->family = 6;
	__builtin_memcpy(c->src, &ip->saddr, 16);
	__builtin_memcpy(c->dst, &ip->daddr, 16);
	if (is_ipv4(c->src) || is_ipv4(c->dst) || !ip->hop_limit)
		return -SP_REASON_MALFORMED;
	type = ip->nexthdr;
	next = ip + 1;
	/* Only headers that carry options are stepped over; all others end the walk (RFC 8200 section 4). */
#pragma unroll
	for (__u32 i = 0; i < SP_MAX_EXTENSIONS; i++) {
		struct ipv6_opt_hdr *extension = next;
		__u32 length;

		if (type != IPPROTO_DSTOPTS && !(type == IPPROTO_HOPOPTS && i == 0))
			break;
		if ((void *)(extension + 1) > end)
			return -SP_REASON_MALFORMED;
		length = (extension->hdrlen + 1) * 8;
		skipped += length;
		if (skipped > total)
			return -SP_REASON_MALFORMED;
		type = extension->nexthdr;
		next += length;
	}
	if (type == IPPROTO_FRAGMENT)
		return -SP_REASON_FRAGMENT;
	if (type == IPPROTO_DSTOPTS || type == IPPROTO_HOPOPTS)
		return -SP_REASON_MALFORMED;
	c->protocol = type;
	c->l4_offset = SP_L3_OFFSET + sizeof(*ip) + skipped;
	c->l4_length = total - skipped;
	switch (type) {
	case IPPROTO_TCP:
		return parse_tcp(c, next, end);
	case IPPROTO_UDP:
		return parse_udp(c, next, end);
	case IPPROTO_ICMPV6:
		return parse_icmp6(skb, c, next, end, ip->hop_limit, skipped != 0);
	default:
		c->other_protocol = 1;
		return SP_PARSED;
	}
}

#ifdef SP_SIDECAR

/* What begins at its IP header. The stack has made all headers linear by now; what is not is refused. */
static __always_inline int parse_packet(struct __sk_buff *skb, struct sp_context *c)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;

	if (skb->protocol == bpf_htons(ETH_P_IP))
		return parse_ipv4(skb, c, data, end);
	if (skb->protocol == bpf_htons(ETH_P_IPV6))
		return parse_ipv6(skb, c, data, end);
	return -SP_REASON_ETHERTYPE;
}

#else

/* What begins at its Ethernet header. */
static __always_inline int parse_packet(struct __sk_buff *skb, struct sp_context *c)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct ethhdr *eth;

	if (data + SP_LINEAR > end && end - data < skb->len) {
		bpf_skb_pull_data(skb, skb->len < SP_LINEAR ? skb->len : SP_LINEAR);
		data = (void *)(long)skb->data;
		end = (void *)(long)skb->data_end;
	}
	eth = data;
	if ((void *)(eth + 1) > end)
		return -SP_REASON_MALFORMED;
	/* A tag that the card stripped still makes it another network's frame. */
	if (skb->vlan_present)
		return -SP_REASON_ETHERTYPE;
	if (eth->h_proto == bpf_htons(ETH_P_ARP))
		return parse_arp(c, eth + 1, end);
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		return parse_ipv4(skb, c, eth + 1, end);
	if (eth->h_proto == bpf_htons(ETH_P_IPV6))
		return parse_ipv6(skb, c, eth + 1, end);
	return -SP_REASON_ETHERTYPE;
}

#endif

/* SP_PARSED, SP_PASS, or the negative reason of a denial. */
static __always_inline int parse(struct __sk_buff *skb, struct sp_context *c)
{
	int verdict;

	c->src[0] = c->src[1] = c->dst[0] = c->dst[1] = 0;
	c->port_src = c->port_dst = 0;
	c->protocol = c->tcp_flags = c->icmp = c->family = c->other_protocol = 0;
	c->payload_length = 0;
	c->length = skb->len;
	verdict = parse_packet(skb, c);
	if (verdict == SP_PARSED && c->l4_length + c->l4_offset > skb->len)
		return -SP_REASON_MALFORMED;
	return verdict;
}

#endif
