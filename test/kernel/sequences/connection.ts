import { expect } from 'vitest';
import { clientHello, helloMessage, records } from '../client-hello.ts';
import { acknowledgement, ipLength, opening, reply, said, synAck } from './frames.ts';
import type { Session } from './session-model.ts';
import type { Expected, Known } from './verdicts.ts';
import type { World } from './world.ts';

/** What a client and its server do once the SYN has passed. */
export const scripts = [
  'hello', // one ClientHello, in one segment
  'cut', // the same in two
  'later', // nothing for now
  'early', // the ClientHello before the server has answered, and again
  'ahead', // a segment behind a gap first
  'greeted', // the server speaks first
  'other', // no TLS
  'malformed', // two server names
  'resent', // the ClientHello, and then another one in its place
] as const;
export type Script = (typeof scripts)[number];

type Part = 'some' | 'whole' | 'other' | 'malformed';

const opened: Expected = { passed: true, reason: 'allowed', clause: null, noted: null };
const answered: Expected = { ...opened, reason: 'reply' };
const refused = (reason: Expected['reason']): Expected => ({ ...opened, passed: false, reason });
const fromAgent = { isToAgent: false };
const toAgent = { isToAgent: true };

/** A TCP connection of an agent, from its SYN on. */
export function connect(world: World, flow: Known, script: Script): void {
  const { model } = world;
  const path = { srcPort: world.nextPort(), dstPort: flow.port ?? 0 };
  const known = model.known(flow);
  const none = model.judge(known, 'none');
  const named = model.judge(known, { sni: flow.sni });
  const syn = opening(known, path);
  const shown = world.run(syn, fromAgent);
  const waits = shown.passed ? world.waits(known, path) : undefined;
  const what = { connect: known, script };
  if (waits) {
    world.compare(what, shown, opened);
    // Only by what is denied without one is a ClientHello required.
    expect({ what, ...waits }).toEqual({ what, isRequired: !none.passed });
    const wasSpent = model.isSpent(known, 'none');
    if (none.passed) world.paid(known, 'none', none, syn);
    const handshake = none.passed ? 0 : ipLength(syn);
    const waiting = { ...waits, handshake, epoch: model.epoch, wasSpent };
    talk(world, world.remember(known, path, { waiting }), script);
    return;
  }
  // Nobody will look at the ClientHello, so it must not matter.
  expect({ what, passed: named.passed }).toEqual({ what, passed: none.passed });
  if (none.passed) expect({ what, named }).toEqual({ what, named: none });
  world.compare(what, shown, world.paid(known, 'none', none, syn));
  if (none.passed) talk(world, world.remember(known, path), script);
}

/** The rest of what a client has to say, where it has waited. */
export function goOn(world: World, session: Session): void {
  says(world, session, clientHello(session.flow.sni), 'whole');
  if (isOpen(world, session)) answers(world, session, acknowledgement(session));
}

/** The server says something. */
export function serverSpeaks(world: World, session: Session): void {
  answers(world, session, reply(session));
}

function talk(world: World, session: Session, script: Script): void {
  const { sni } = session.flow;
  const hello = clientHello(sni);
  const text = Buffer.from('GET / HTTP/1.1\r\n\r\n');
  if (script === 'early') isDropped(world, session, said(session, hello, 0));
  answers(world, session, synAck(session), 'handshake');
  if (!isOpen(world, session) || script === 'later') return;
  if (script === 'greeted') serverSpeaks(world, session);
  if (script === 'ahead') isDropped(world, session, said(session, hello.subarray(9), 9));
  if (!isOpen(world, session)) return;
  switch (script) {
    case 'other':
      says(world, session, text, 'other');
      return;
    case 'malformed': {
      const names = ['api.example.com', 'x.other.net'];
      says(world, session, records(helloMessage({ names })), 'malformed');
      return;
    }
    case 'cut': {
      const at = 1 + (hello.length % 50);
      says(world, session, hello.subarray(0, at), 'some');
      if (isOpen(world, session)) says(world, session, hello.subarray(at), 'whole');
      break;
    }
    default:
      says(world, session, hello, 'whole');
  }
  if (!isOpen(world, session)) return;
  if (script === 'resent') sendsAnother(world, session, hello);
  else answers(world, session, acknowledgement(session));
}

/** A segment of the client: some of its ClientHello, the last of it, or what is none. */
function says(world: World, session: Session, payload: Buffer, part: Part): void {
  const frame = said(session, payload, session.sent);
  session.sent += payload.length;
  const { waiting, flow } = session;
  if (!waiting) {
    world.follows(session, frame, false);
    return;
  }
  const none = stands(world, session);
  if (!none) return;
  const what = { says: part, flow };
  const ends = (expected: Expected) => {
    world.model.drop(session);
    world.shows(what, frame, fromAgent, expected);
  };
  if (isRefused(session, none)) ends(none);
  else if (part === 'malformed') ends(refused('tls-malformed'));
  else if (part === 'whole') showsHello(world, session, frame);
  else if (part === 'other' && waiting.isRequired) ends(none);
  else {
    if (part === 'other') session.waiting = undefined;
    const isFree = waiting.isRequired;
    if (isFree) waiting.handshake += ipLength(frame);
    world.shows(what, frame, fromAgent, isFree ? opened : world.paid(flow, 'none', none, frame));
  }
}

/** The ClientHello is complete: by its server name. */
function showsHello(world: World, session: Session, frame: Buffer): void {
  const { model } = world;
  const { flow, waiting } = session;
  const hello = { sni: flow.sni };
  const verdict = model.judge(flow, hello);
  const what = { hello, flow };
  if (!verdict.passed) {
    model.drop(session);
    world.shows(what, frame, fromAgent, verdict);
    return;
  }
  session.hello = hello;
  session.waiting = undefined;
  const counts = model.counts(flow, hello);
  if (counts !== null) model.spending.add(counts, waiting?.handshake ?? 0, model.now);
  world.shows(what, frame, fromAgent, world.paid(flow, hello, verdict, frame));
}

/** A packet of the server; nothing but the handshake passes before a ClientHello that is required. */
function answers(world: World, session: Session, frame: Buffer, of?: 'handshake'): void {
  const { waiting, flow } = session;
  if (!waiting) {
    world.follows(session, frame, true, 'reply');
    return;
  }
  const none = stands(world, session);
  if (!none) return;
  const what = { answers: of ?? 'data', flow };
  if (isRefused(session, none)) {
    world.model.drop(session);
    world.shows(what, frame, toAgent, none);
  } else if (waiting.isRequired) {
    if (of) waiting.handshake += ipLength(frame);
    world.shows(what, frame, toAgent, of ? answered : refused('tls-pending'));
  } else {
    const paid = world.paid(flow, 'none', none, frame);
    world.shows(what, frame, toAgent, paid.passed ? { ...paid, reason: 'reply' } : paid);
  }
}

/** A segment that comes too early, and will come again. */
function isDropped(world: World, session: Session, frame: Buffer): void {
  if (!session.waiting) world.follows(session, frame, false);
  else if (stands(world, session))
    world.shows({ early: session.flow }, frame, fromAgent, refused('tls-pending'));
}

/** What the kernel has read and the server may not have got is sent again, with another last byte. */
function sendsAnother(world: World, session: Session, hello: Buffer): void {
  const { flow, path } = session;
  if (session.hello === 'none' || !world.isRead(flow, path)) return;
  const other = Buffer.from(hello);
  other.writeUInt8(other.readUInt8(other.length - 1) ^ 1, other.length - 1);
  world.model.drop(session);
  const frame = said(session, other, 0);
  world.shows({ again: flow }, frame, fromAgent, refused('tls-resent'));
}

/**
 * What is said of a connection without a ClientHello while one is awaited; undefined where the kernel may say one thing
 * or the other, as it judges anew by rules and time, not by every budget.
 */
function stands(world: World, session: Session): Expected | undefined {
  const { model } = world;
  const { waiting, flow } = session;
  if (!waiting) return undefined;
  const none = model.again(session);
  const isNew = model.epoch !== waiting.epoch;
  const isLifted = none.clause?.startsWith('Guardrail/builtin#') ?? false;
  const isUnclear = !none.passed && (none.reason === 'budget-spent' || isLifted);
  if (model.isSpent(flow, 'none') !== waiting.wasSpent || (isNew && isUnclear)) {
    model.drop(session);
    return undefined;
  }
  if (none.passed) waiting.isRequired = false;
  else if (none.reason === 'tls-missing') waiting.isRequired = true;
  else if (isNew) waiting.isRequired = false;
  return none;
}

/** Denied, and no ClientHello could change that. */
function isRefused({ waiting }: Session, none: Expected): boolean {
  return !none.passed && waiting?.isRequired === false;
}

function isOpen(world: World, session: Session): boolean {
  return world.model.sessions.includes(session);
}
