/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The whole way of a packet, for every program that judges one. */
#ifndef SP_HANDLE_H
#define SP_HANDLE_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "layout.h"
#include "maps.h"
#include "attachment.h"
#include "address.h"
#include "context.h"
#include "parse_l4.h"
#include "parse_arp.h"
#include "parse.h"
#include "tell.h"
#include "sources.h"
#include "neighbours.h"
#include "conditions.h"
#include "period.h"
#include "budget.h"
#include "classify.h"
#include "match_names.h"
#include "judge.h"
#include "opening.h"
#include "held_names.h"
#include "flow.h"
#include "pace.h"
#include "learned.h"
#include "dns_name.h"
#include "dns_verdict.h"
#include "dns_rate.h"
#include "dns_reverse.h"
#include "dns_question.h"
#include "dns_record.h"
#include "dns_answer.h"
#include "rejudge.h"
#include "terms.h"
#include "side.h"
#include "tls_fields.h"
#include "tls_hello.h"
#include "tls_stream.h"
#include "tls_flow.h"
#include "tls_verdict.h"
#include "related.h"
#include "track.h"
#include "sweep.h"

static __always_inline int handle(struct __sk_buff *skb, struct sp_context *c, __u32 ifindex,
				  enum sp_direction direction, enum sp_mode mode, int wall_read)
{
	__u32 zero = 0;
	struct sp_state *state = bpf_map_lookup_elem(&sp_state, &zero);
	int parsed;

	if (!state)
		return TC_ACT_SHOT;
	/* Read once: the whole packet is judged by one generation. */
	c->generation = *(volatile __u64 *)&state->generation;
	c->slot = c->generation & 1;
	c->ifindex = ifindex;
	c->from_ifindex = skb->ingress_ifindex;
	c->match_unknown = 0;
	c->direction = direction;
	c->mode = mode;
	c->wall_read = wall_read;
	c->agent = c->agent_flags = 0;
	c->refused = SP_REFUSED_NOTHING;
	c->name_count = 0;
	c->hello = SP_HELLO_UNSEEN;
	c->sni = 0;
	c->valid_until = SP_FOR_EVER;
	c->lease = SP_FOR_EVER;
	parsed = parse(skb, c);
	if (parsed == SP_PASS)
		return pass_neighbour(skb, c);
	if (parsed < 0)
		return deny_for(c, -parsed);
	if (!c->generation)
		return deny_for(c, SP_REASON_NOT_READY);
	return track(skb, c);
}

#endif
