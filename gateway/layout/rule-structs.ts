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

/** What stands in the maps, for whoever comes next. Written by user space alone. */
export const meta = new Struct('sp_meta', {
  layout_version: 'u32',
  pad: 'u32',
  applied_unix_ms: 'u64',
  rule_set_digest: array('u8', 32),
  /** Of the bundle that the rules came in; 0: none. A new process does not step back behind it. */
  sequence: 'u64',
});
