/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* From ARP frame to the two addresses that it speaks of. */
#ifndef SP_PARSE_ARP_H
#define SP_PARSE_ARP_H

/* RFC 826, for Ethernet and IPv4: a request or a reply. */
struct sp_arp {
	__be16 hardware;
	__be16 protocol;
	__u8 hardware_length;
	__u8 protocol_length;
	__be16 operation;
	__u8 sender_mac[6];
	__u8 sender[4];
	__u8 target_mac[6];
	__u8 target[4];
} __attribute__((packed));

static __always_inline int parse_arp(struct sp_context *c, void *at, void *end)
{
	struct sp_arp *arp = at;
	__be32 sender, target;

	if ((void *)(arp + 1) > end || arp->hardware != bpf_htons(1) ||
	    arp->protocol != bpf_htons(ETH_P_IP) || arp->hardware_length != 6 ||
	    arp->protocol_length != 4)
		return -SP_REASON_MALFORMED;
	if (arp->operation != bpf_htons(1) && arp->operation != bpf_htons(2))
		return -SP_REASON_MALFORMED;
	__builtin_memcpy(&sender, arp->sender, 4);
	__builtin_memcpy(&target, arp->target, 4);
	c->family = 4;
	set_ipv4(c->src, sender);
	set_ipv4(c->dst, target);
	return SP_PASS;
}

#endif
