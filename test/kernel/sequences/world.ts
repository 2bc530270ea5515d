import { expect } from 'vitest';
import { constants } from '../../../gateway/layout/index.ts';
import { addressWords } from '../../../gateway/tables/index.ts';
import { formatAddress } from '../../../src/policy/index.ts';
import { unwrapNat64 } from '../../../src/rules/index.ts';
import { type DataPlane, LINK, type Outcome } from '../data-plane.ts';
import { ipLength } from './frames.ts';
import type { Ports, Session, SessionModel } from './session-model.ts';
import type { Expected, Hello, Known } from './verdicts.ts';

/** An interface behind which nobody of the alphabet lives. */
export const NARROW = 9;

/** Which program sees a packet, and at which interface. */
export interface Place {
  readonly isToAgent: boolean;
  readonly ifindex?: number;
}

type Shown = Omit<Outcome, 'reply'>;

/** The kernel and the model, side by side. */
export class World {
  readonly plane: DataPlane;
  model: SessionModel;
  readonly #tell: (expected: Expected) => void;
  #port = 1024;

  constructor(plane: DataPlane, model: SessionModel, tell: (expected: Expected) => void) {
    this.plane = plane;
    this.model = model;
    this.#tell = tell;
  }

  /** A packet must become what is expected. */
  shows(what: object, frame: Buffer, place: Place, expected: Expected): void {
    this.compare(what, this.run(frame, place), expected);
  }

  /** How a refused packet is answered is not looked at. */
  run(frame: Buffer, { isToAgent, ifindex = LINK }: Place): Shown {
    const { reply: _, ...shown } = isToAgent
      ? this.plane.toAgent(frame, ifindex)
      : this.plane.fromAgent(frame, ifindex);
    return shown;
  }

  compare(what: object, shown: Shown, expected: Expected): void {
    if (!isSame(shown, expected)) {
      const { now } = this.model;
      const text = JSON.stringify(what, (_, value) =>
        typeof value === 'bigint' ? `${value}` : value,
      );
      expect({ what, now, shown }, text).toEqual({ what, now, shown: expected });
    }
    this.#tell(expected);
  }

  /** What the verdict on a flow makes of one of its packets, once its budget has counted that. */
  paid(flow: Known, hello: Hello, verdict: Expected, frame: Buffer): Expected {
    const { model } = this;
    const clause = model.counts(flow, hello);
    if (!verdict.passed || clause === null) return verdict;
    const bytes = ipLength(frame);
    if (model.spending.charge(clause, bytes, model.now)) return verdict;
    if (!model.isAudit(model.ownerOf(flow.src) ?? '')) {
      return { ...verdict, passed: false, reason: 'budget-spent' };
    }
    model.spending.add(clause, bytes, model.now);
    return { ...verdict, reason: 'would-deny' };
  }

  /** A packet of a flow that nobody waits for; `as` is the reason for which it passes. */
  follows(session: Session, frame: Buffer, isReply: boolean, as?: 'reply' | 'related'): void {
    const { model } = this;
    const { flow, hello } = session;
    const verdict = model.again(session);
    if (!verdict.passed && verdict.reason !== 'budget-spent') model.drop(session);
    const paid = this.paid(flow, hello, verdict, frame);
    const expected = paid.passed && as ? { ...paid, reason: as } : paid;
    const shown = this.run(frame, { isToAgent: session.inbound !== isReply });
    const what = { of: flow, hello, isReply, as };
    this.compare(what, shown, this.#asBefore(session, shown, expected));
  }

  /** Keeps a flow that has begun, if there is anything more to be said on it. */
  remember(flow: Known, path: Ports, more: Partial<Session> = {}): Session {
    const { model } = this;
    const inbound = model.isInbound(flow);
    const agent = model.ownerOf(inbound ? unwrapNat64(flow.dst) : flow.src) ?? '';
    const rest = { questions: [], hello: 'none' as const, sent: 0 };
    const session: Session = { flow, agent, inbound, path, ...rest, ...more };
    if (typeof flow.protocol !== 'number') model.sessions.push(session);
    return session;
  }

  /** Whether the kernel waits for a flow's ClientHello, which it does where that could matter, and denies it without. */
  waits(flow: Known, path: Ports): { isRequired: boolean } | undefined {
    const { hello } = this.#inTable(flow, path);
    if (hello < constants.HELLO_REQUIRED) return undefined;
    return { isRequired: hello === constants.HELLO_REQUIRED };
  }

  /** Whether the kernel still compares what is sent again with what it has read. */
  isRead(flow: Known, path: Ports): boolean {
    return (this.#inTable(flow, path).flags & constants.FLOW_OPENING) !== 0;
  }

  #inTable({ src, dst }: Known, { srcPort, dstPort }: Ports) {
    const ends = [
      { addr: addressWords(src), port: srcPort },
      { addr: addressWords(dst), port: dstPort },
    ] as const;
    const [a, b] = isLess(ends[0], ends[1]) ? ends : [ends[1], ends[0]];
    const flow = this.plane.maps.sp_flows.get({
      ...{ a: a.addr, b: b.addr, port_a: a.port, port_b: b.port },
      ...{ ifindex: LINK, protocol: 6, pad: new Uint8Array(7) },
    });
    if (!flow) throw new Error(`no flow from ${formatAddress(src)} to ${formatAddress(dst)}`);
    return flow;
  }

  nextPort(): number {
    this.#port = this.#port >= 65_000 ? 1024 : this.#port + 1;
    return this.#port;
  }

  /** A budget that is spent, or new again, makes no flow be judged anew: it keeps what it was judged by. */
  #asBefore({ flow, hello, agent }: Session, shown: Shown, expected: Expected): Expected {
    const { model } = this;
    const counts = model.counts(flow, hello);
    if (counts === null) return expected;
    const isOneOfBoth =
      [counts, null].includes(shown.clause) && [counts, null].includes(expected.clause);
    const isOld = model.isAudit(agent) && expected.reason === 'allowed';
    return {
      ...expected,
      // Of an agent that would let nobody in: whether the sender or the receiver would have denied first.
      ...(isOneOfBoth && model.ownerOf(unwrapNat64(flow.dst)) ? { clause: shown.clause } : {}),
      ...(isOld && shown.reason === 'would-deny' ? { reason: 'would-deny' } : {}),
    };
  }
}

interface End {
  readonly addr: readonly bigint[];
  readonly port: number;
}

/** The order in which the flow table writes the two ends. */
function isLess(a: End, b: End): boolean {
  const [[a0 = 0n, a1 = 0n], [b0 = 0n, b1 = 0n]] = [a.addr, b.addr];
  if (a0 !== b0) return a0 < b0;
  if (a1 !== b1) return a1 < b1;
  return a.port <= b.port;
}

function isSame(a: Expected, b: Expected): boolean {
  return (
    a.passed === b.passed && a.reason === b.reason && a.clause === b.clause && a.noted === b.noted
  );
}
