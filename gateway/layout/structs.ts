import { constants } from './constants.ts';
import { array, Struct } from './struct.ts';

// Addresses are 16 bytes in network order, IPv4 as ::ffff:a.b.c.d (the wire never carries that form: it is malformed).
const address = array('u8', 16);

export const state = new Struct('sp_state', {
  /** 0: no rules yet, everything is denied. The lowest bit is the slot of agents and sources in force. */
  generation: 'u64',
});

export const sourceKey = new Struct('sp_source_key', {
  prefix_length: 'u32',
  slot: 'u32',
  ifindex: 'u32',
  addr: address,
});

export const source = new Struct('sp_source', { kind: 'u32', agent: 'u32' });

export const agent = new Struct('sp_agent', {
  ruleset: 'u32',
  flags: 'u32',
  name: array('u8', 64),
  version: array('u8', 64),
});

/** What an agent holds in the shared tables, so that none can take them all. */
export const agentUse = new Struct('sp_agent_use', {
  flows: 'u32',
  learned: 'u32',
  names: 'u32',
  pad: 'u32',
});

export const ruleset = new Struct('sp_ruleset', {
  /** List for destinations that lie in no prefix. */
  default_list: 'u32',
  /** What holds for a name under no suffix: SP_NAME_*. */
  name_flags: 'u32',
  name_noted: 'u32',
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
  name_flags: array('u32', 3),
  name_clause: array('u32', 3),
  name_noted: array('u32', 3),
});

export const trustKey = new Struct('sp_trust_key', {
  prefix_length: 'u32',
  /** 0: the table of special-use addresses; else the ruleset that trusts the block. */
  ruleset: 'u32',
  addr: address,
});

/** Both directions of a flow have one key: the lesser (address, port) is `a`. */
export const flowKey = new Struct('sp_flow_key', {
  a: array('u64', 2),
  b: array('u64', 2),
  port_a: 'u16',
  port_b: 'u16',
  ifindex: 'u32',
  protocol: 'u8',
  pad: array('u8', 7),
});

export const flow = new Struct('sp_flow', {
  generation: 'u64',
  last_seen: 'u64',
  /** From the initiator, to the initiator. */
  packets: array('u64', 2),
  bytes: array('u64', 2),
  agent: 'u32',
  clause: 'u32',
  noted: 'u32',
  flags: 'u8',
  reason: 'u8',
  name_count: 'u8',
  pad: 'u8',
  /** Ids of the names that the flow began with. */
  names: array('u64', constants.NAMES_PER_ADDRESS),
});

export const learnedKey = new Struct('sp_learned_key', {
  agent: 'u32',
  pad: 'u32',
  addr: array('u64', 2),
});

const learnedName = new Struct('sp_learned_name', {
  name: 'u64',
  /** CLOCK_BOOTTIME, ns. */
  expires: 'u64',
});

export const learned = new Struct('sp_learned', {
  names: array(learnedName, constants.NAMES_PER_ADDRESS),
});

export const nameKey = new Struct('sp_name_key', { agent: 'u32', pad: 'u32', id: 'u64' });

export const name = new Struct('sp_name', {
  /** CLOCK_BOOTTIME, ns. */
  last_used: 'u64',
  /** Flows that began with this name. */
  flows: 'u32',
  length: 'u16',
  labels: 'u16',
  text: array('u8', constants.MAX_NAME),
  pad: 'u32',
});

const question = new Struct('sp_question', {
  name: 'u64',
  asked: 'u64',
  id: 'u16',
  type: 'u16',
  open: 'u32',
});

export const questions = new Struct('sp_questions', {
  next: 'u32',
  pad: 'u32',
  slots: array(question, constants.QUESTIONS_PER_FLOW),
});

export const clauseText = new Struct('sp_clause_text', { text: array('u8', 144) });

export const clauseCounter = new Struct('sp_clause_counter', {
  /** Flows that the clause decided. */
  flows: 'u64',
  packets: 'u64',
  bytes: 'u64',
});

export const reasonCounter = new Struct('sp_reason_counter', { packets: 'u64', bytes: 'u64' });

/** Ends what has been idle for too long, by a timer of its own: no user-space process is needed. */
export const sweeper = new Struct('sp_sweeper', {
  timer: 'timer',
  turns: 'u64',
  /** CLOCK_BOOTTIME, ns. */
  last: 'u64',
});

/** Things that must never pass unnoticed. */
export const losses = new Struct('sp_losses', {
  events: 'u64',
  learned: 'u64',
  names: 'u64',
  questions: 'u64',
});

export const deniedKey = new Struct('sp_denied_key', {
  src: array('u64', 2),
  dst: array('u64', 2),
  port_src: 'u16',
  port_dst: 'u16',
  ifindex: 'u32',
  protocol: 'u8',
  reason: 'u8',
  pad: array('u8', 6),
});

export const flowEvent = new Struct('sp_flow_event', {
  /** CLOCK_MONOTONIC, ns. */
  time: 'u64',
  generation: 'u64',
  packets: array('u64', 2),
  bytes: array('u64', 2),
  /** Ids of the names that the agent had learned for the destination when the flow began. */
  names: array('u64', constants.NAMES_PER_ADDRESS),
  src: address,
  dst: address,
  port_src: 'u16',
  port_dst: 'u16',
  agent: 'u32',
  clause: 'u32',
  noted: 'u32',
  ifindex: 'u32',
  kind: 'u8',
  decision: 'u8',
  reason: 'u8',
  protocol: 'u8',
  flags: 'u8',
  name_count: 'u8',
  pad: array('u8', 6),
});

export const questionEvent = new Struct('sp_question_event', {
  time: 'u64',
  generation: 'u64',
  src: address,
  dst: address,
  port_src: 'u16',
  type: 'u16',
  agent: 'u32',
  clause: 'u32',
  ifindex: 'u32',
  kind: 'u8',
  decision: 'u8',
  reason: 'u8',
  flags: 'u8',
  noted: 'u32',
  length: 'u32',
  name: array('u8', constants.MAX_NAME),
});

/** What stands in the maps, for whoever comes next. Written by user space alone. */
export const meta = new Struct('sp_meta', {
  layout_version: 'u32',
  pad: 'u32',
  applied_unix_ms: 'u64',
  rule_set_digest: array('u8', 32),
  object_digest: array('u8', 32),
});
