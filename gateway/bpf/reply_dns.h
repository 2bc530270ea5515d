/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A refused question is answered (rule N3), in the resolver's name: NXDOMAIN or REFUSED, and why as Extended DNS Error
 * (RFC 8914) where the question spoke EDNS. There is no SOA in it, so nobody keeps the answer (RFC 2308 section 5).
 */
#ifndef SP_REPLY_DNS_H
#define SP_REPLY_DNS_H

#define SP_UDP_HEADER 8
#define SP_DNS_RESPONSE 0x8080 /* QR, RA */
#define SP_DNS_ECHOED 0x0110 /* RD, CD */
#define SP_RCODE_NXDOMAIN 3
#define SP_RCODE_REFUSED 5
#define SP_EDNS_PAYLOAD 1232
#define SP_EDNS_DO 0x8000
#define SP_OPTION_EDE 15
#define SP_EDE_BLOCKED 15
/* Room behind the text for the longest piece, which is copied whole. */
#define SP_EDE_ROOM 144
#define SP_DNS_LEAST 512 /* what every client takes (RFC 6891 section 6.2.3) */

/* HTTPS and SVCB for a name that may be asked for: "no such record" (rule N2), so that no ECH key is offered. */
static __always_inline int is_empty_answer(struct sp_context *c)
{
	return c->verdict.reason == SP_REASON_DNS_TYPE &&
	       (c->question_type == SP_TYPE_HTTPS || c->question_type == SP_TYPE_SVCB) &&
	       c->name_is_admitted;
}

static __always_inline void put_u16(struct sp_context *c, __u32 at, __u16 value)
{
	__u64 start = at & (SP_REPLY_BUFFER - 1);

	asm volatile("" : "+r"(start));
	if (start > SP_REPLY_BUFFER - 2)
		return;
	c->reply[start] = value >> 8;
	c->reply[start + 1] = value;
}

/* Copies `room` bytes of which `length` count. Where they end. */
static __always_inline __u32 put_text(struct sp_context *c, __u32 at, const void *text, __u32 room,
				      __u32 length)
{
	__u64 start = at & (SP_REPLY_BUFFER - 1);

	asm volatile("" : "+r"(start));
	if (start > SP_REPLY_BUFFER - SP_EDE_ROOM)
		return at;
	__builtin_memcpy(c->reply + start, text, room);
	return at + (length < room ? length : room);
}

#define SP_PUT(c, at, text) put_text(c, at, text, sizeof(text) - 1, sizeof(text) - 1)

/* `sallyport: agent "invoice" may not ask for this name (dns-name)` */
static __always_inline __u32 put_reason(struct sp_context *c, __u32 at)
{
	struct sp_agent *agent = agent_record(c, c->agent);
	__u32 reason = c->verdict.reason, clause = c->verdict.clause;
	struct sp_clause_text *id = clause ? bpf_map_lookup_elem(&sp_clauses, &clause) : 0;

	if (!agent || reason >= SP_REASONS)
		return at;
	at = SP_PUT(c, at, "sallyport: agent \"");
	at = put_text(c, at, agent->name, sizeof(agent->name), agent->name_length);
	at = SP_PUT(c, at, "\" ");
	at = put_text(c, at, sp_refusals[reason].text, sizeof(sp_refusals[reason].text),
		      sp_refusals[reason].length);
	if (id) {
		at = SP_PUT(c, at, " by ");
		at = put_text(c, at, id->text, sizeof(id->text), id->length);
	}
	return SP_PUT(c, at, ")");
}

/* RFC 6891: an answer speaks EDNS if the question did. Where it ends. */
static __always_inline __u32 put_opt(struct sp_context *c, __u32 at, int explained)
{
	__u32 asked = c->question_end + 1, most = dns_u16(c, asked + 2);
	__u16 flags = dns_u16(c, asked + 6) & SP_EDNS_DO;
	__u32 option = at + SP_DNS_OPT_FIXED, end = option;

	/* As long as the client takes, counted from the DNS header. */
	if (most < SP_DNS_LEAST)
		most = SP_DNS_LEAST;
	most += SP_UDP_HEADER;
	if (explained) {
		end = put_reason(c, option + 6);
		if (end > most)
			end = most;
		put_u16(c, option, SP_OPTION_EDE);
		put_u16(c, option + 2, end - option - 4);
		put_u16(c, option + 4, SP_EDE_BLOCKED);
	}
	c->reply[at & (SP_REPLY_BUFFER - 1)] = 0;
	put_u16(c, at + 1, SP_TYPE_OPT);
	put_u16(c, at + 3, SP_EDNS_PAYLOAD);
	put_u16(c, at + 5, 0);
	put_u16(c, at + 7, flags);
	put_u16(c, at + 9, end - option);
	return end;
}

/* The question stands in c->dns, as it was read. */
static __always_inline int answer_question(struct __sk_buff *skb, struct sp_context *c)
{
	struct udphdr in, *udp = (void *)c->reply;
	int empty = is_empty_answer(c), has_opt = dns_u16(c, 10) != 0;
	__u32 flags = c->agent_flags, rcode = SP_RCODE_NXDOMAIN, end, sum;

	if (!empty && flags & SP_AGENT_DNS_DROP)
		return -1;
	if (!may_reply(c) || bpf_skb_load_bytes(skb, c->l4_offset, &in, sizeof(in)))
		return -1;
	/* The name is there, and may be asked for again in a moment. */
	if (flags & SP_AGENT_DNS_REFUSED || c->verdict.reason == SP_REASON_DNS_RATE)
		rcode = SP_RCODE_REFUSED;
	if (empty)
		rcode = 0;
	__builtin_memcpy(c->reply + SP_UDP_HEADER, c->dns, SP_DNS_QUESTION_MOST);
	put_u16(c, SP_UDP_HEADER + 2, SP_DNS_RESPONSE | (dns_u16(c, 2) & SP_DNS_ECHOED) | rcode);
	end = SP_UDP_HEADER + c->question_end;
	if (has_opt)
		end = put_opt(c, end, !empty);
	udp->source = in.dest;
	udp->dest = in.source;
	udp->len = bpf_htons(end);
	udp->check = 0;
	sum = pseudo_sum(c, IPPROTO_UDP, end);
	udp->check = is_left_to_card(c, in.check) ? fold(sum) : (__u16)~fold(sum_reply(c, end, sum));
	/* RFC 768: no sum at all. */
	if (!udp->check)
		udp->check = 0xffff;
	return write_reply(skb, c, IPPROTO_UDP, end);
}

#endif
