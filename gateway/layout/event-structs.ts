import { constants } from './constants.ts';
import { array, Struct } from './struct.ts';

// Addresses are 16 bytes in network order, IPv4 as ::ffff:a.b.c.d (the wire never carries that form: it is malformed).
const address = array('u8', 16);

export const clauseText = new Struct('sp_clause_text', {
  text: array('u8', 144),
  length: 'u32',
});

export const clauseCounter = new Struct('sp_clause_counter', {
  /** Flows that the clause decided. */
  flows: 'u64',
  packets: 'u64',
  bytes: 'u64',
});

export const reasonCounter = new Struct('sp_reason_counter', { packets: 'u64', bytes: 'u64' });

/** Things that must never pass unnoticed. */
export const losses = new Struct('sp_losses', {
  events: 'u64',
  learned: 'u64',
  names: 'u64',
  questions: 'u64',
  /** Refused packets that got no answer because there were too many of them. */
  replies: 'u64',
});

/** A denied flow that was told, and when. */
export const denied = new Struct('sp_denied', {
  /** Addresses; interface and ports; protocol and reason. */
  words: array('u64', 6),
  /** CLOCK_MONOTONIC, coarse. */
  told: 'u64',
  pad: 'u64',
});

export const flowEvent = new Struct('sp_flow_event', {
  /** CLOCK_MONOTONIC, ns. */
  time: 'u64',
  generation: 'u64',
  packets: array('u64', 2),
  bytes: array('u64', 2),
  /** Ids of the names that the agent had learned for the destination when the flow began. */
  names: array('u64', constants.NAMES_PER_ADDRESS),
  /** Id of the server name in the ClientHello, 0 for none. */
  sni: 'u64',
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
  /** SP_HELLO_*: whether a ClientHello was read. */
  hello: 'u8',
  pad: array('u8', 5),
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
