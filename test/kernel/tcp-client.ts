import { tcpSegment } from '../../gateway/judge/index.ts';
import type { DataPlane, Outcome } from './data-plane.ts';
import { back, type Path, protocols, raw, segments } from './packets.ts';

interface Segment {
  readonly flags?: number;
  readonly payload?: Buffer;
  /** Distance from the first byte of the stream. */
  readonly at?: number;
}

const SERVER_FIRST = 5000;

/** Both ends of one TCP connection through the programs, segment by segment. */
export class TcpClient {
  readonly path: Path;
  readonly #plane: DataPlane;
  readonly #first: number;
  readonly #serverFirst: number;
  /** Bytes of the client that the server has got, as far as the next segment goes. */
  sent = 0;

  /**
   * @param isn of the client
   * @param serverFirst sequence number of the server's first byte
   */
  constructor(plane: DataPlane, path: Path, isn = 1000, serverFirst = SERVER_FIRST) {
    this.#serverFirst = serverFirst;
    this.#plane = plane;
    this.path = path;
    this.#first = isn + 1;
  }

  syn(payload?: Buffer): Outcome {
    return this.send({ flags: segments.syn, at: -1, ...(payload && { payload }) });
  }

  /** The server answers the SYN. */
  answered(): Outcome {
    return this.reply({ flags: segments.synAck, at: 0 });
  }

  open(): this {
    const outcomes = [this.syn(), this.answered(), this.send({ flags: segments.ack })];
    if (outcomes.some(({ passed }) => !passed)) throw new Error(JSON.stringify(outcomes));
    return this;
  }

  /** A segment of the client; behind those before, unless `at` says where. */
  send({ flags = segments.data, payload, at = this.sent }: Segment): Outcome {
    const outcome = this.#plane.fromAgent(
      this.#frame(this.path, flags, payload, this.#first + at, this.#serverFirst),
    );
    if (outcome.passed && payload) this.sent = Math.max(this.sent, at + payload.length);
    return outcome;
  }

  /** The client's next bytes. */
  data(payload: Buffer, at?: number): Outcome {
    return this.send({ payload, ...(at === undefined ? {} : { at }) });
  }

  /** A segment of the server; it acknowledges up to `at`. */
  reply(segment: Segment): Outcome {
    return this.#plane.toAgent(this.replyFrame(segment));
  }

  replyFrame({ flags = segments.data, payload, at = this.sent }: Segment): Buffer {
    const seq = flags & segments.syn ? this.#serverFirst - 1 : this.#serverFirst;
    return this.#frame(back(this.path), flags, payload, seq, this.#first + at);
  }

  #frame(path: Path, flags: number, payload: Buffer | undefined, seq: number, ack: number): Buffer {
    const { srcPort, dstPort } = path;
    const segment = { from: srcPort, to: dstPort, flags, seq, ack, ...(payload && { payload }) };
    return raw(path, protocols.tcp, tcpSegment(segment));
  }
}
