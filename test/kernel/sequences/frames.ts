import { echo, ipFrame, tcpFlags, tcpSegment, udpDatagram } from '../../../gateway/judge/index.ts';
import { isMapped } from '../../../src/policy/index.ts';
import { ETHERNET, withChecksum } from '../packets.ts';
import type { Ports, Session } from './session-model.ts';
import type { Known } from './verdicts.ts';

const none = Buffer.alloc(0);
const { syn, ack, psh } = tcpFlags;

/** The first packet of a flow; the port of an echo is its identifier. */
export function opening(flow: Known, ports: Ports, payload: Buffer = none): Buffer {
  return frame(flow, ports, { payload, flags: syn });
}

/** One from the client, so many bytes into what it says. */
export function said({ flow, path }: Session, payload: Buffer, after: number): Buffer {
  return frame(flow, path, { payload, flags: psh | ack, seq: 1 + after, ack: 1 });
}

/** One from the other end, with this payload. */
export function reply({ flow, path }: Session, payload: Buffer = Buffer.from('data')): Buffer {
  return answered({ flow, path }, { payload, flags: psh | ack, seq: 1, ack: 1 });
}

export function synAck(session: Session): Buffer {
  return answered(session, { flags: syn | ack, ack: 1 });
}

/** The server has got all that the client has said. */
export function acknowledgement(session: Session): Buffer {
  return answered(session, { flags: ack, seq: 1, ack: 1 + session.sent });
}

/** An ICMP error about a packet of a flow, from where that packet was going to. */
export function icmpError(
  { flow, path }: Pick<Session, 'flow' | 'path'>,
  isReply: boolean,
): Buffer {
  const session = { flow, path };
  const about = isReply
    ? answered(session, { flags: ack, seq: 1, ack: 1 })
    : frame(flow, path, { flags: ack, seq: 1, ack: 1 });
  const { src, dst } = isReply
    ? { src: flow.src, dst: flow.dst }
    : { src: flow.dst, dst: flow.src };
  const isIpv4 = about.readUInt16BE(12) === 0x0800;
  const header = Buffer.alloc(8);
  header[0] = isIpv4 ? 3 : 1;
  const message = Buffer.concat([header, about.subarray(ETHERNET)]);
  return ipFrame({ src, dst }, isIpv4 ? 1 : 58, message);
}

export type Fault = 'fragment' | 'cut' | 'options' | 'ethertype';

/** The first packet of a flow, as no packet should be, and the reason why. */
export function faulty(
  flow: Known,
  ports: Ports,
  fault: Fault,
): { frame: Buffer; reason: 'fragment' | 'malformed' | 'ip-options' | 'ethertype' } {
  const whole = Buffer.from(opening(flow, ports));
  const isIpv4 = whole.readUInt16BE(12) === 0x0800;
  const isOdd =
    !isIpv4 && [flow.src, flow.dst].some((one) => one.family === 4 || isMapped(one.value));
  const otherwise = isOdd ? ({ frame: whole, reason: 'malformed' } as const) : undefined;
  if (fault === 'ethertype') {
    whole.writeUInt16BE(0x88cc, 12);
    return { frame: whole, reason: 'ethertype' };
  }
  if (fault === 'cut' || otherwise) return { frame: whole.subarray(0, -1), reason: 'malformed' };
  if (!isIpv4) {
    const ports8 = Buffer.concat([Buffer.from([whole[ETHERNET + 6] ?? 0]), Buffer.alloc(7)]);
    const payload = Buffer.concat([ports8, whole.subarray(ETHERNET + 40)]);
    return { frame: ipFrame(flow, 44, payload), reason: 'fragment' };
  }
  if (fault === 'fragment') {
    whole[ETHERNET + 6] = 0x20;
    return { frame: withChecksum(whole), reason: 'fragment' };
  }
  whole[ETHERNET] = 0x46;
  const longer = Buffer.concat([
    whole.subarray(0, ETHERNET + 20),
    Buffer.alloc(4, 1),
    whole.subarray(ETHERNET + 20),
  ]);
  longer.writeUInt16BE(longer.length - ETHERNET, ETHERNET + 2);
  return { frame: withChecksum(longer), reason: 'ip-options' };
}

/** What answers something that was never asked. */
export function unasked(flow: Known, ports: Ports): Buffer {
  return frame(flow, ports, { flags: syn | ack, isReply: true });
}

export function ipLength(bytes: Buffer): number {
  return bytes.length - ETHERNET;
}

interface Part {
  readonly payload?: Buffer;
  readonly flags: number;
  readonly seq?: number;
  readonly ack?: number;
  readonly isReply?: boolean;
}

function answered({ flow, path }: Pick<Session, 'flow' | 'path'>, part: Part): Buffer {
  const back = { ...flow, src: flow.dst, dst: flow.src };
  return frame(back, { srcPort: path.dstPort, dstPort: path.srcPort }, { ...part, isReply: true });
}

function frame({ src, dst, protocol }: Known, { srcPort: from, dstPort: to }: Ports, part: Part) {
  const { payload = none, isReply = false, ...segment } = part;
  if (protocol === 'tcp') {
    return ipFrame({ src, dst }, 6, tcpSegment({ from, to, payload, ...segment }));
  }
  if (protocol === 'udp') return ipFrame({ src, dst }, 17, udpDatagram(from, to, payload));
  if (protocol !== 'icmp') return ipFrame({ src, dst }, protocol, Buffer.alloc(8));
  const family = src.family === 4 && dst.family === 4 ? 4 : 6;
  const id = isReply ? to : from;
  return ipFrame({ src, dst }, family === 4 ? 1 : 58, echo(family, id, isReply));
}
