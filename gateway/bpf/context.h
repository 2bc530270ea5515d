/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The packet and what is known of it, carried through all steps. */
#ifndef SP_CONTEXT_H
#define SP_CONTEXT_H

#define SP_DNS_BUFFER 2048
#define SP_REPLY_BUFFER 2048
/* Header, name of 252 bytes and root, type and class. */
#define SP_DNS_QUESTION_MOST 272
/* The reversed name is written backwards, to end here; 8 bytes of key header stand before the longest. */
#define SP_NAME_END 260
#define SP_NAME_BUFFER 512

enum sp_direction { SP_FROM_AGENT, SP_TO_AGENT };

/* Beyond PACKET for BPF_PROG_TEST_RUN alone: a flow without its payload, a question without its flow. */
enum sp_mode { SP_MODE_PACKET, SP_MODE_FLOW, SP_MODE_QUESTION };

/* What may be answered; a packet that is dropped to be sent again is none of it. */
enum sp_refused { SP_REFUSED_NOTHING, SP_REFUSED_PACKET, SP_REFUSED_QUESTION };

enum sp_icmp { SP_ICMP_NONE, SP_ICMP_REQUEST, SP_ICMP_REPLY, SP_ICMP_ERROR };

struct sp_verdict {
	__u32 clause;
	__u32 noted;
	__u32 rank;
	__u32 noted_rank;
	/* The first allow that a ClientHello, or another one, would make match; and the first clause of any kind. */
	__u32 nearest;
	__u32 nearest_rank;
	__u32 unsure_rank;
	__u8 decision;
	__u8 reason;
	__u8 flags; /* of the candidate that decided */
	__u8 noted_flags;
	__u32 terms; /* as in sp_flow */
	__u32 nearest_terms; /* by which way a connection goes until its ClientHello is read */
};

struct sp_context {
	/* The packet; ports in host order, for ICMP echo both are its identifier. */
	__u64 src[2];
	__u64 dst[2];
	__u16 port_src;
	__u16 port_dst;
	__u8 protocol;
	__u8 tcp_flags;
	__u8 icmp;
	__u8 family;
	__u32 l4_offset;
	__u32 l4_length;
	__u32 payload_offset;
	__u32 payload_length;
	__u32 length;
	__u32 ifindex;
	__u8 direction;
	__u8 mode; /* enum sp_mode */
	__u8 other_protocol;
	__u8 pad0;

	__u64 generation;
	__u32 slot;
	__u32 agent;
	__u32 agent_flags;
	__u32 ruleset;
	__u32 ingress; /* ruleset of what reaches the agent */
	__u32 peer; /* the agent on the other side, 0 for none */
	__u64 principals; /* of the workload that began the flow */
	__u32 principals_known;
	__u32 from_ifindex; /* where the packet came into this machine */
	struct sp_flow_key key;

	/* The flow as it is judged: from its initiator. */
	__u64 judge_src[2];
	__u64 judge_dst[2];
	__u16 judge_port;
	__u8 judge_protocol; /* one SP_PROTO_ bit */
	__u8 guardrail_denies_only;
	__u32 name_count;
	__u64 names[SP_NAMES_PER_ADDRESS];
	__u64 sni; /* id of the server name in the ClientHello, 0 for none */
	__u64 sni_given;
	__u64 handshake_bytes;
	struct sp_verdict verdict;
	/* UTC, ns since 1970, 0 where it is not known; and when the verdict may change by time alone. */
	__u64 wall;
	__u64 valid_until;
	/* CLOCK_BOOTTIME, ns: when the first of the registrations ends by which it is known who is who. */
	__u64 lease;
	__u8 wall_read;
	__u8 lifted; /* built-in denies of the list */
	__u8 source_unknown; /* what the packet has stands in for it */
	__u8 match_unknown;
	__u8 hello; /* SP_HELLO_READ, or SP_HELLO_REQUIRED while one may still come */
	__u8 by_server_name; /* the list is that of the server name: only denies match by it */
	__u8 only_ranks; /* nothing is taken: what matches might, with some server name */
	__u8 tls_failed; /* the clause failed by what it asks of the ClientHello alone */
	__u8 lift_unsure;
	__u8 quic_lifted;
	__u8 flow_hello; /* with which a new flow begins */
	__u8 pad2[5];
	__u32 quic_rank;
	__u32 named_denies;
	/* The server name and the learned name whose list is scanned: bytes that their reversed forms share. */
	__u32 sni_shared;
	__u32 sni_labels;
	/* The scan of one list. */
	__u32 block;
	__u32 scan_done;
	/* The search for the longest prefix. */
	__u64 search[2];
	__u32 search_ruleset;
	struct sp_listed found __attribute__((aligned(8)));
	__u8 search_family;
	__u8 search_found;
	__u8 pad1[6];

	/* DNS */
	__u64 now; /* CLOCK_BOOTTIME, ns */
	__u64 hash;
	__u64 chain;
	__u64 record_hash;
	__u32 dns_length;
	__u32 at;
	__u32 left;
	__u32 labels;
	__u32 name_length;
	__u32 fault;
	__u32 done;
	__u32 records;
	__u32 resume;
	__u32 jumps;
	__u32 stage;
	__u32 chain_at;
	__u32 record_end;
	__u32 address_count;
	__u16 question_type;
	__u16 question_id;
	__u32 foreign;
	__u32 question_end; /* from the DNS header */
	__u8 name_is_admitted;
	__u8 refused; /* enum sp_refused */
	__u16 pad_question;
	__u64 reverse[2]; /* the address whose name is asked for */
	__u32 reverse_said; /* SP_DECISION_ bits */
	__u32 pad_reverse;
	__u64 addresses[SP_ADDRESSES_PER_ANSWER][2];
	__u32 ttls[SP_ADDRESSES_PER_ANSWER];
	__u32 claimed; /* by a packet, where a CPU may be in the middle of several */
	__u32 pad3;
	struct sp_trust_key trust_key;
	struct sp_suffix_key suffix_key;
	struct sp_name_rule name_rule;
	struct sp_flow new_flow;
	struct sp_learned new_learned;
	struct sp_name new_name;
	struct sp_questions new_questions;
	struct sp_opening new_opening;
	struct sp_hello_part new_hello; /* never written: zero */
	__u8 name_buffer[SP_NAME_BUFFER];
	__u8 dns[SP_DNS_BUFFER];
	/* What goes out in place of a refused packet, from behind its IP header. */
	__u8 reply[SP_REPLY_BUFFER];
};

#ifdef SP_SIDECAR

#define SP_CONTEXTS 256
#define SP_CONTEXT_TRIES 16
#define SP_CONTEXTS_PER_CPU 4

/*
 * The programs on a cgroup run in system calls as well as in softirqs: one packet is judged in the middle of another,
 * on the same CPU. Each claims a context for itself.
 */
SP_MAP(BPF_MAP_TYPE_ARRAY, sp_contexts, __u32, struct sp_context, SP_CONTEXTS, 0);

/* 0 where all that may be tried are claimed. */
static __always_inline struct sp_context *claim_context(void)
{
	__u32 first = bpf_get_smp_processor_id() * SP_CONTEXTS_PER_CPU;

	for (__u32 i = 0; i < SP_CONTEXT_TRIES; i++) {
		__u32 at = (first + i) & (SP_CONTEXTS - 1);
		struct sp_context *c = bpf_map_lookup_elem(&sp_contexts, &at);

		if (c && !__sync_lock_test_and_set(&c->claimed, 1))
			return c;
	}
	return 0;
}

static __always_inline void release_context(struct sp_context *c)
{
	__sync_lock_test_and_set(&c->claimed, 0);
}

#else

/* One per CPU: softirqs do not nest. */
SP_MAP(BPF_MAP_TYPE_PERCPU_ARRAY, sp_scratch, __u32, struct sp_context, 1, 0);

static __always_inline struct sp_context *context(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&sp_scratch, &zero);
}

#endif

/* What a bpf_loop callback is handed. */
struct sp_loop {
	struct sp_context *c;
};

#endif
