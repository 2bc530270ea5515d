import { ETHERNET } from './packets.ts';

export interface ReadQuestion {
  readonly name: string;
  readonly type: number;
}

/** The one question of an IPv4 frame's datagram, as a strict server reads it; written apart from the data plane. */
export function readQuestion(frame: Buffer): ReadQuestion | undefined {
  const message = frame.subarray(ETHERNET + 28, ETHERNET + 20 + frame.readUInt16BE(ETHERNET + 24));
  if (message.length < 17 || message.readUInt16BE(4) !== 1) return undefined;
  if (message.readUInt16BE(6) !== 0 || message.readUInt16BE(8) !== 0) return undefined;
  const labels: string[] = [];
  let at = 12;
  for (let size = message[at] ?? 0; size > 0; size = message[at] ?? 0) {
    if (size > 63 || at + 1 + size > message.length) return undefined;
    labels.push(message.toString('latin1', at + 1, at + 1 + size).toLowerCase());
    at += 1 + size;
  }
  if (at + 5 > message.length || message.readUInt16BE(at + 3) !== 1) return undefined;
  return { name: labels.join('.'), type: message.readUInt16BE(at + 1) };
}
