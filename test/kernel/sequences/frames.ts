import { echo, ipFrame, tcpFlags, tcpSegment, udpDatagram } from '../../../gateway/judge/index.ts';
import { clientHello } from '../client-hello.ts';
import type { Session } from './session-model.ts';

export type Flow = Session['flow'];

export interface Ports {
  readonly srcPort: number;
  readonly dstPort: number;
}

/** The first packet of a flow; the port of an echo is its identifier. */
export function opening(flow: Flow, ports: Ports, payload: Buffer = Buffer.alloc(0)): Buffer {
  return frame(flow, ports, payload, tcpFlags.syn, false);
}

/** What a client and a server say until the ClientHello has arrived. */
export function handshake(
  flow: Flow,
  ports: Ports,
): { hello: Buffer; synAck: Buffer; ack: Buffer } {
  const payload = clientHello(flow.sni);
  const { syn, ack, psh } = tcpFlags;
  const { srcPort: from, dstPort: to } = ports;
  const there = (segment: object) => tcpFrame(flow, { from, to, ...segment });
  const back = (segment: object) =>
    tcpFrame({ ...flow, src: flow.dst, dst: flow.src }, { from: to, to: from, ...segment });
  return {
    synAck: back({ flags: syn | ack, ack: 1 }),
    hello: there({ flags: psh | ack, seq: 1, ack: 1, payload }),
    ack: back({ flags: ack, seq: 1, ack: 1 + payload.length }),
  };
}

function tcpFrame({ src, dst }: Flow, segment: Parameters<typeof tcpSegment>[0]): Buffer {
  return ipFrame({ src, dst }, 6, tcpSegment(segment));
}

/** A later one. */
export function later(flow: Flow, ports: Ports): Buffer {
  return frame(flow, ports, Buffer.from('data'), tcpFlags.psh | tcpFlags.ack, false);
}

/** One from the other end, with this payload. */
export function reply({ flow, path }: Session, payload: Buffer = Buffer.from('data')): Buffer {
  const back = { ...flow, src: flow.dst, dst: flow.src };
  const ports = { srcPort: path.dstPort, dstPort: path.srcPort };
  return frame(back, ports, payload, tcpFlags.psh | tcpFlags.ack, true);
}

function frame(
  { src, dst, protocol }: Flow,
  { srcPort: from, dstPort: to }: Ports,
  payload: Buffer,
  flags: number,
  isReply: boolean,
): Buffer {
  if (protocol === 'tcp') return ipFrame({ src, dst }, 6, tcpSegment({ from, to, flags, payload }));
  if (protocol === 'udp') return ipFrame({ src, dst }, 17, udpDatagram(from, to, payload));
  if (protocol !== 'icmp') return ipFrame({ src, dst }, protocol, Buffer.alloc(8));
  const family = src.family === 4 && dst.family === 4 ? 4 : 6;
  const id = isReply ? to : from;
  return ipFrame({ src, dst }, family === 4 ? 1 : 58, echo(family, id, isReply));
}
