// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For the benchmark of forwarding alone: frames of many flows out of one, and the end of the way where they are
 * counted. Runs as BPF_F_TEST_XDP_LIVE_FRAMES, which uses the memory of a frame again after it has been forwarded:
 * whatever a router changes is written anew each time.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>

/* As in bench/dataplane/traffic.ts. Addresses and ports as on the wire. */
struct sp_tuple {
	__be32 src;
	__be32 dst;
	__be16 port_src;
	__be16 port_dst;
};

struct sp_traffic {
	__u32 start; /* of the tuples that are in turn, and their end */
	__u32 end;
	__u32 next;
	__u32 reverse;
	/* Of the frame, with addresses, ports and checksums zero. */
	__u32 ip_sum;
	__u32 tcp_sum;
	__u8 macs[12];
	__u32 pad;
	__u64 sent;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct sp_traffic);
	__uint(max_entries, 1);
} sp_traffic SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct sp_tuple);
	__uint(max_entries, 1048576);
} sp_tuples SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} sp_arrived SEC(".maps");

/* RFC 1071: sums of 16-bit words are the same in either byte order. */
static __always_inline __u16 folded(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

SEC("xdp")
int sp_send(struct xdp_md *xdp)
{
	void *data = (void *)(long)xdp->data, *end = (void *)(long)xdp->data_end;
	__u32 zero = 0, at;
	struct sp_traffic *traffic = bpf_map_lookup_elem(&sp_traffic, &zero);
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	struct sp_tuple *tuple;
	__u64 addresses;

	if (!traffic || (void *)(tcp + 1) > end)
		return XDP_ABORTED;
	at = traffic->next;
	tuple = bpf_map_lookup_elem(&sp_tuples, &at);
	if (!tuple)
		return XDP_ABORTED;
	traffic->next = at + 1 < traffic->end ? at + 1 : traffic->start;
	traffic->sent++;
	__builtin_memcpy(eth, traffic->macs, sizeof(traffic->macs));
	ip->ttl = 64;
	ip->saddr = traffic->reverse ? tuple->dst : tuple->src;
	ip->daddr = traffic->reverse ? tuple->src : tuple->dst;
	tcp->source = traffic->reverse ? tuple->port_dst : tuple->port_src;
	tcp->dest = traffic->reverse ? tuple->port_src : tuple->port_dst;
	addresses = (__u64)tuple->src + tuple->dst;
	ip->check = folded(traffic->ip_sum + addresses);
	tcp->check = folded(traffic->tcp_sum + addresses + tuple->port_src + tuple->port_dst);
	return XDP_PASS;
}

/* On an interface, so that its receive queue is known to XDP and frames can be given to it. */
SEC("xdp")
int sp_pass(struct xdp_md *xdp)
{
	return XDP_PASS;
}

SEC("tc")
int sp_arrive(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u64 *arrived = bpf_map_lookup_elem(&sp_arrived, &zero);

	if (arrived && skb->protocol == __builtin_bswap16(ETH_P_IP))
		(*arrived)++;
	return TC_ACT_SHOT;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
