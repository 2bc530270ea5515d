/** Numbers that the eBPF program and user space must agree on; `#define SP_<NAME>` in C. */
export const constants = {
  /** Raised whenever a map key, value or meaning changes: maps of another version are never adopted. */
  LAYOUT_VERSION: 3,

  MAX_AGENTS: 4096,
  /** Four times the agents: each has its own and its ingress, and while rules change, old and new stand side by side. */
  MAX_RULESETS: 16384,
  /** Longest name in wire form without the root octet; an LPM key holds 256 bytes, 4 of them the ruleset. */
  MAX_NAME: 252,
  NAMES_PER_ADDRESS: 8,
  QUESTIONS_PER_FLOW: 16,
  CANDIDATES_PER_BLOCK: 4,
  /** Lists of no more stand with what refers to them by address: two cache lines with the key. */
  CANDIDATES_AT_HAND: 2,
  /** Blocks that one list may chain: more clauses for one address is refused when rules are lowered. */
  MAX_BLOCKS: 256,
  /** Number 0 stands for none, here and below. */
  MAX_BUDGETS: 16384,
  MAX_ROUTES: 1024,
  MAX_CONDITIONS: 65536,
  MAX_WINDOWS: 1024,
  /** More than any window has in ten days, clock changes included; the last one stands for no more. */
  WINDOW_BOUNDARIES: 32,
  /** Expiries that one name's rule can have, one after the other. */
  MAX_NAME_PHASES: 64,
  ADDRESSES_PER_ANSWER: 32,
  /** Bytes of a client's stream within which its ClientHello must be complete. */
  MAX_HELLO: 16384,
  /** They are kept in parts of this size, until the server has acknowledged them. */
  HELLO_PART: 1024,
  /** Lines on which the kernel may look to see whether some server name could make a deny match. */
  MAX_NAMED_DENIES: 16,
  RECORDS_PER_ANSWER: 64,

  /** Interface number under which every agent's addresses stand, whatever interface they live behind. */
  ANY_INTERFACE: 0,
  /** Stands for a cgroup where else the number of an interface stands; none has it. */
  CGROUP_INTERFACE: 0x7fff_ffff,

  SOURCE_AGENT: 1,
  SOURCE_UNKNOWN: 2,
  SOURCE_SPOOFED: 3,
  /** An agent that other gateways carry: known by its addresses to others, as a source it is unknown. */
  SOURCE_REMOTE: 4,

  AGENT_PRESENT: 1,
  AGENT_AUDIT: 2,

  /** Denied packets are answered, not dropped. */
  AGENT_REJECT: 4,
  /** What refused questions get in place of NXDOMAIN: REFUSED, or no answer. */
  AGENT_DNS_REFUSED: 8,
  AGENT_DNS_DROP: 16,

  /** IP versions that a way out carries. */
  ROUTE_IPV4: 1,
  ROUTE_IPV6: 2,

  PER_HOUR: 1,
  PER_DAY: 2,
  PER_WEEK: 3,
  PER_MONTH: 4,

  /** Bits of a candidate's protocol set. */
  PROTO_TCP: 1,
  PROTO_UDP: 2,
  PROTO_ICMP: 4,
  /** No protocol: whether the name of the address may be asked for (PTR). */
  PROTO_REVERSE: 128,

  /** What a condition asks of a ClientHello: that there is one, or that its server name matches as a host pattern does. */
  TLS_ANY: 1,
  TLS_EXACT: 2,
  TLS_ONE: 3,
  TLS_MORE: 4,

  DECISION_ALLOW: 1,
  DECISION_DENY: 2,

  /** Clause of an audit guardrail: noted, never decides. */
  CANDIDATE_NOTE: 1,
  /** The implied allow of a resolver: questions and answers on the flow are filtered. */
  CANDIDATE_RESOLVER: 2,
  /** A deny of the agent's own: in audit mode it only would have denied. */
  CANDIDATE_OWN: 4,
  /** A guardrail's deny, which holds inbound too; together with NOTE, of an audit guardrail. */
  CANDIDATE_GUARDRAIL_DENY: 8,
  /** Decides nothing: where it matches, denies that are LIFTABLE do not (rule D7). */
  CANDIDATE_LIFT: 16,
  CANDIDATE_LIFTABLE: 32,

  /** What a suffix or a ruleset says of a name that is asked for. */
  NAME_ADMITTED: 1,
  NAME_REFUSED: 2,
  /** Together with REFUSED: the agent's own deny, which audit mode only notes. */
  NAME_OWN: 4,
  /** An exact host: TXT and MX may be asked for. */
  NAME_EXACT: 8,
  /** What is noted is noted of a deny, which comes before all that the agent's own rules say. */
  NAME_NOTED_DENY: 16,

  /** What BPF_PROG_TEST_RUN says of a flow beside its packet. */
  GIVEN_TIME: 1,
  GIVEN_NO_TIME: 2,
  /** The packet's source address stands in for one that is not known. */
  GIVEN_NO_SOURCE: 4,
  /** The flow's ClientHello names a server: the name of number GIVEN_SERVER_NAME. */
  GIVEN_SNI: 8,
  GIVEN_SERVER_NAME: 0xffff,

  FLOW_INBOUND: 1,
  /** Inbound, from an agent of this gateway: it came by an interface that the agent lives behind. */
  FLOW_FROM_AGENT: 2,
  /** The initiator is the b side of the canonical key. */
  FLOW_FROM_B: 4,
  FLOW_REPLIED: 8,
  FLOW_CLOSING: 16,
  /** Its packets are held against sp_openings: the ClientHello is awaited, or may still be sent again. */
  FLOW_OPENING: 32,
  /** Both ends are in one cgroup. */
  FLOW_INSIDE: 128,

  /** No ClientHello was looked for. */
  HELLO_UNREAD: 0,
  /** None was seen, nor was the flow's beginning: a SYN is judged anew. */
  HELLO_UNSEEN: 1,
  HELLO_READ: 2,
  /** From here on somebody waits. One is awaited, and without it the flow is denied: the server's data waits for it. */
  HELLO_REQUIRED: 3,
  /** One is awaited, and the flow is allowed unless it names a server that is denied. */
  HELLO_WATCHED: 4,
  /** The same, and it has been told that the flow began. */
  HELLO_TOLD: 5,
  /** The flow was denied by its ClientHello, or for want of one; what follows on it is denied too. */
  HELLO_DENIED: 6,

  EVENT_NEW: 1,
  EVENT_DENY: 2,
  EVENT_CLOSE: 3,
  EVENT_QUESTION: 4,

  TIMEOUT_TCP_OPENING_S: 60,
  /** RFC 5382 REQ-5: not under 2 h 4 min. */
  TIMEOUT_TCP_S: 7440,
  TIMEOUT_TCP_CLOSING_S: 30,
  /** RFC 4787 REQ-5: not under 2 min. */
  TIMEOUT_UDP_S: 120,
  TIMEOUT_ICMP_S: 15,
  TIMEOUT_DNS_S: 20,
  /** A ClientHello that is required must be complete so long after the handshake; any, so long after its first byte. */
  TIMEOUT_HELLO_S: 10,
  /** How long its bytes are kept for a server that does not acknowledge them. */
  TIMEOUT_HELLO_COPY_S: 60,
  QUESTION_LIFETIME_S: 15,

  SWEEP_EVERY_S: 5,
  /** Learned addresses and names are swept every so many turns. */
  SWEEP_NAMES_EVERY: 12,

  /** What a token bucket of questions holds: as many as this time admits. */
  QUESTIONS_BUCKET_S: 60,
  /** Answers to refused packets of one agent, and to others whose packets to it are refused; a second's worth at once. */
  REPLIES_PER_S: 1000,
  REPLIES_TO_OTHERS_PER_S: 100,

  TTL_FLOOR_S: 60,
  TTL_CEILING_S: 3600,
  TTL_GRACE_S: 60,
  /** How long an interned name outlives its last use by an answer, while no flow holds it. */
  NAME_LIFETIME_S: 7400,
  /** The same, of a name that only a ClientHello has said. */
  SERVER_NAME_LIFETIME_S: 120,

  /** A denied flow is logged again after this long. */
  DENY_REPEAT_S: 1,
  /** Denied flows that are remembered for that; a power of two. */
  DENIED_SLOTS: 16384,
  /** A flow that was judged without knowing a window's state is judged again after this long. */
  UNKNOWN_RETRY_S: 60,

  /** Addresses that workloads may register, all together. */
  MAX_WORKLOADS: 16384,
  FLOWS_PER_AGENT: 32768,
  LEARNED_PER_AGENT: 16384,
  NAMES_PER_AGENT: 8192,
  HELLO_PARTS_PER_AGENT: 1024,
} as const;
