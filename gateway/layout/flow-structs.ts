import { constants } from './constants.ts';
import { array, Struct } from './struct.ts';

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
  /**
   * The generation whose rules allowed it, times two; one more where they filter the DNS on it. One word, written at
   * once: no packet may know the rules of now and take the filter of then.
   */
  judged: 'u64',
  /** When it was judged, UTC in ns since 1970, and for how long nothing can change that; 0: while its rules hold. */
  valid_from: 'u64',
  valid_for: 'u64',
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
  /** What its clause asks for each packet: numbers of budget and, shifted by 16, route. One word, written at once. */
  terms: 'u32',
  pad2: 'u32',
  /** CLOCK_BOOTTIME, ns: when the first registration ends of those by which it was judged; 0: none. */
  lease: 'u64',
  /** Ids of the names that the flow began with. */
  names: array('u64', constants.NAMES_PER_ADDRESS),
});

/** What has been spent of a budget. Whatever rules come, the number and this stay with the clause and the kind of period. */
export const spent = new Struct('sp_spent', {
  /** Held by who turns to another period. */
  lock: 'lock',
  pad: 'u32',
  /** The period that is counted: UTC, ns since 1970; `ends` is no more in it, and 0 before the first. */
  begins: 'u64',
  ends: 'u64',
  /** CLOCK_MONOTONIC, coarse: until then the period need not be looked at. */
  look: 'u64',
  bytes: 'u64',
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

/** Ends what has been idle for too long, by a timer of its own: no user-space process is needed. */
export const sweeper = new Struct('sp_sweeper', {
  timer: 'timer',
  turns: 'u64',
  /** CLOCK_BOOTTIME, ns. */
  last: 'u64',
});
