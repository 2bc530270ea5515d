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
  /** HELLO_*. */
  hello: 'u8',
  /** What its clause asks for each packet: numbers of budget and, shifted by 16, route. One word, written at once. */
  terms: 'u32',
  pad2: 'u32',
  /** CLOCK_BOOTTIME, ns: when the first registration ends of those by which it was judged; 0: none. */
  lease: 'u64',
  /** Ids of the names that the flow began with. */
  names: array('u64', constants.NAMES_PER_ADDRESS),
});

/** A TCP connection whose ClientHello is awaited or may be sent again; what has been read of it. */
export const opening = new Struct('sp_opening', {
  /** CLOCK_MONOTONIC, coarse: when the SYN, its answer, the first byte of the client, or the end of the ClientHello came. */
  since: 'u64',
  /** IP length of what has passed while no clause could count it. */
  bytes: 'u64',
  /** Sequence number of the client's first byte. */
  first: 'u32',
  /** How many bytes of the client have passed in order. */
  consumed: 'u32',
  /** How many bytes the ClientHello takes with its record headers; 0 until it is complete. */
  end: 'u32',
  /** One packet at a time: taken by compare and swap. */
  busy: 'u32',
  agent: 'u32',
  /** Sequence number of the server's first byte, and how many of its bytes have passed: all that a client can acknowledge. */
  server_first: 'u32',
  server_sent: 'u32',
  pad: 'u32',
  /** The server has acknowledged this SYN and no other. */
  answered: 'u8',
  /** Why the ClientHello cannot be read: a reason, or 0. */
  fault: 'u8',
  record_stage: 'u8',
  stage: 'u8',
  /** Bytes of the record, of the ClientHello, and of a field that is passed over, still to come. */
  record_left: 'u32',
  hello_left: 'u32',
  skip: 'u32',
  /** A number that is being read, and how many bytes of it are missing. */
  number: 'u32',
  missing: 'u8',
  has_name: 'u8',
  label_length: 'u8',
  labels: 'u8',
  extension: 'u16',
  extension_length: 'u16',
  name_left: 'u16',
  name_length: 'u16',
  /** As in DNS: a dot before each label; lower case. */
  name: array('u8', 256),
});

export const helloKey = new Struct('sp_hello_key', {
  flow: array(flowKey, 1),
  part: 'u32',
  pad: 'u32',
});

/** Twice the size, so that the verifier can bound any stretch that begins inside a part. */
export const helloPart = new Struct('sp_hello_part', {
  bytes: array('u8', 2 * constants.HELLO_PART),
});

/** What has been spent of a budget. Whatever rules come, the number and this stay with the clause and the kind of period. */
export const spent = new Struct('sp_spent', {
  /** Held by who turns to another period. */
  lock: 'lock',
  pad: 'u32',
  /** The period that is counted: UTC, ns since 1970; `ends` is no more in it, and 0 before the first. */
  begins: 'u64',
  ends: 'u64',
  /** The latest end of a period that has begun: the clock may have been set back since. */
  latest: 'u64',
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
