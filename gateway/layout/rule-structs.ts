import { constants } from './constants.ts';
import { array, Struct } from './struct.ts';

// Addresses are 16 bytes in network order, IPv4 as ::ffff:a.b.c.d (the wire never carries that form: it is malformed).
const address = array('u8', 16);

export const state = new Struct('sp_state', {
  /** 0: no rules yet, everything is denied. The lowest bit is the slot of agents and sources in force. */
  generation: 'u64',
  /** Seconds by which CLOCK_TAI is ahead of UTC, as this machine counts it; the kernel does not tell programs. */
  tai_ahead: 'u32',
  /** 0: nobody has told the time yet. */
  clock_known: 'u32',
  /** What our own replies are known by between two programs; random, 0: none yet. */
  reply_mark: 'u32',
  pad: 'u32',
});

export const sourceKey = new Struct('sp_source_key', {
  prefix_length: 'u32',
  slot: 'u32',
  ifindex: 'u32',
  addr: address,
});

export const source = new Struct('sp_source', {
  kind: 'u32',
  agent: 'u32',
  /** Whom the workload acts for: a bit for each principal that the agent's rules name, and whether that is known. */
  principals: 'u64',
  /** CLOCK_BOOTTIME, ns: when the registration ends that says so; 0: it is none, and holds as long as the rules. */
  lease: 'u64',
  principals_known: 'u32',
  /** What kind of source it is from then on; an agent's, where its policy names the address: for whom it acts is not known then. */
  kind_after: 'u32',
});

export const agent = new Struct('sp_agent', {
  /** Between two questions in the long run, in ns, by the enforcing guardrails and by the agent's own policy; 0: any. */
  question_gap_guardrails: 'u64',
  question_gap_policy: 'u64',
  ruleset: 'u32',
  /** The ruleset that says what reaches the agent; 0: nothing does. */
  ingress: 'u32',
  flags: 'u32',
  name_length: 'u32',
  name: array('u8', 64),
  version: array('u8', 64),
});

/** What an agent holds in the shared tables, so that none can take them all. */
export const agentUse = new Struct('sp_agent_use', {
  flows: 'u32',
  learned: 'u32',
  names: 'u32',
  hello_parts: 'u32',
});

/** Token buckets, each as the instant at which it is full again: CLOCK_MONOTONIC, ns. */
export const pace = new Struct('sp_pace', {
  questions_guardrails: 'u64',
  questions_policy: 'u64',
  replies: 'u64',
  /** To others, whose packets to the agent were refused. */
  replies_out: 'u64',
});

/** What holds for a name that is asked for (rule N2). */
export const nameRule = new Struct('sp_name_rule', {
  /** UTC, ns since 1970: from then on, and while the time is not known, the rule of number `later` holds; 0: for ever. */
  until: 'u64',
  /** SP_NAME_*. */
  flags: 'u32',
  clause: 'u32',
  noted: 'u32',
  later: 'u32',
});

export const candidate = new Struct('sp_candidate', {
  clause: 'u32',
  /** Place in the order of judgement: the lowest that matches decides. */
  rank: 'u32',
  port_low: 'u16',
  port_high: 'u16',
  protocols: 'u8',
  decision: 'u8',
  reason: 'u8',
  flags: 'u8',
  /** Number of a condition that must hold beside; 0: none. */
  condition: 'u32',
  /** Number of the budget that its flows spend; 0: none. */
  budget: 'u16',
  /** Number of the way out that its flows take; 0: whatever the machine's routing says. */
  route: 'u16',
});

/** A list of candidates; all of it, where it is short. */
export const listed = new Struct('sp_listed', {
  /** The number of its first block; 0: it is empty. */
  list: 'u32',
  /** How many candidates there are; 0: more than find room here. */
  count: 'u32',
  candidates: array(candidate, constants.CANDIDATES_AT_HAND),
});

export const ruleset = new Struct('sp_ruleset', {
  /** List for destinations that lie in no prefix. */
  default_list: array(listed, 1),
  /** What denies by host say of port and time, whatever the host: whether a server name may matter at all. */
  named_denies: 'u32',
  /** Longest name in wire form that may be asked for, by the enforcing guardrails and by the agent's own policy. */
  longest_guardrails: 'u16',
  longest_policy: 'u16',
  /** For names under no suffix. */
  name_rule: array(nameRule, 1),
  lengths4_count: 'u32',
  lengths6_count: 'u32',
  /** Prefix lengths in use, longest first; IPv4 counted from 96. */
  lengths4: array('u8', 36),
  lengths6: array('u8', 132),
});

export const prefixKey = new Struct('sp_prefix_key', {
  ruleset: 'u32',
  length: 'u32',
  addr: array('u64', 2),
});

/** Clauses about an agent, wherever its workloads are. */
export const peerKey = new Struct('sp_peer_key', { ruleset: 'u32', agent: 'u32' });

/** All that a clause states beside destination, protocol and port. */
export const condition = new Struct('sp_condition', {
  /** UTC, ns since 1970: the first instant at which it holds no more; 0: it never expires. */
  expires: 'u64',
  /** Bits of the principals of whom one is enough; 0: whoever. */
  principals: 'u64',
  /** Number of a window; 0: at all times. */
  window: 'u32',
  /** SP_TLS_*, 0: the clause does not ask for TLS. For a host: bytes and labels of the pattern's suffix in `sp_suffix_key`. */
  tls: 'u8',
  suffix_length: 'u8',
  suffix_labels: 'u8',
  pad: 'u8',
});

/** A way out. What its routing knows it by is set on the packet, for IP versions that it carries. */
export const route = new Struct('sp_route', {
  mark: 'u32',
  /** SP_ROUTE_*; what is not carried is refused. */
  families: 'u32',
});

/** What a clause may spend; each slot has all budgets in force. */
export const budget = new Struct('sp_budget', {
  /** Bytes of IP. */
  limit: 'u64',
  /** SP_PER_*; 0: no budget. */
  per: 'u32',
  clause: 'u32',
});

/** When a window opens and closes, in UTC, ns since 1970. Before `from` and after `until` nothing is known. */
export const windowTimes = new Struct('sp_window_times', {
  from: 'u64',
  until: 'u64',
  /** Whether the window is open at `from`. */
  open: 'u32',
  pad: 'u32',
  /** Ascending; it opens and closes in turn. All ones: no more. */
  boundaries: array('u64', constants.WINDOW_BOUNDARIES),
});

/** Later times are written into the half that is not read, and one store turns to it. */
export const window = new Struct('sp_window', {
  half: 'u32',
  pad: 'u32',
  halves: array(windowTimes, 2),
});

/** Candidates in order of rank; longer lists go on in `next`. */
export const block = new Struct('sp_block', {
  count: 'u32',
  next: 'u32',
  candidates: array(candidate, constants.CANDIDATES_PER_BLOCK),
});

export const suffixKey = new Struct('sp_suffix_key', {
  prefix_length: 'u32',
  ruleset: 'u32',
  /** Letters reversed, each label followed by a dot: `moc.elpmaxe.` */
  name: array('u8', constants.MAX_NAME),
});

/** What holds for names with no, one, or more labels beyond the suffix (index 0, 1, 2). */
export const suffix = new Struct('sp_suffix', {
  labels: 'u32',
  list: array('u32', 3),
  name_rule: array(nameRule, 3),
});

export const trustKey = new Struct('sp_trust_key', {
  prefix_length: 'u32',
  /** 0: the table of special-use addresses; else the ruleset that trusts the block. */
  ruleset: 'u32',
  addr: address,
});

/** What stands in the maps, for whoever comes next. Written by user space alone. */
export const meta = new Struct('sp_meta', {
  layout_version: 'u32',
  pad: 'u32',
  applied_unix_ms: 'u64',
  rule_set_digest: array('u8', 32),
  /** Of the bundle that the rules came in; 0: none. A new process does not step back behind it. */
  sequence: 'u64',
});
