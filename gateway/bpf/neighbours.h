/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * ARP and IPv6 neighbour discovery pass without a rule (D7), but nobody takes the address of another link this way:
 * on a bridge, others would send there what is meant for its owner (rule D11).
 */
#ifndef SP_NEIGHBOURS_H
#define SP_NEIGHBOURS_H

#define SP_NEIGHBOUR_ADVERTISEMENT 136
#define SP_TARGET_OFFSET 8 /* RFC 4861 section 4.4 */

/* Whoever is still without an address says so by :: or 0.0.0.0; link-local ones are each link's own. */
static __always_inline int is_anybodys(const __u64 address[2])
{
	if (is_ipv4(address))
		return !(address[1] >> 32);
	return (!address[0] && !address[1]) || bpf_be64_to_cpu(address[0]) >> 54 == 0xfe80 >> 6;
}

static __noinline int is_of_another_link(struct sp_context *c, const __u64 *address)
{
	struct sp_source *source;

	if (is_anybodys(address))
		return 0;
	source = find_source(c, c->ifindex, address);
	return !source || source->kind == SP_SOURCE_SPOOFED;
}

static __noinline int pass_neighbour(struct __sk_buff *skb, struct sp_context *c)
{
	__u64 target[2];
	__u8 type;

	/* Without rules nobody is known, and nothing else passes. */
	if (c->direction == SP_TO_AGENT || !c->generation)
		return pass();
	if (is_of_another_link(c, c->src))
		return deny_for(c, SP_REASON_SPOOFED_SOURCE);
	if (c->family == 4)
		return pass();
	if (bpf_skb_load_bytes(skb, c->l4_offset, &type, sizeof(type)))
		return deny_for(c, SP_REASON_MALFORMED);
	if (type != SP_NEIGHBOUR_ADVERTISEMENT)
		return pass();
	if (c->l4_length < SP_TARGET_OFFSET + sizeof(target) ||
	    bpf_skb_load_bytes(skb, c->l4_offset + SP_TARGET_OFFSET, target, sizeof(target)))
		return deny_for(c, SP_REASON_MALFORMED);
	return is_of_another_link(c, target) ? deny_for(c, SP_REASON_SPOOFED_SOURCE) : pass();
}

#endif
