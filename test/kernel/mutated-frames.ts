import fc from 'fast-check';
import { ETHERNET, withChecksum } from './packets.ts';

type Change = (frame: Buffer) => Buffer;

/** Bytes that decide how a frame is read, counted from the IP header: lengths, flags, protocols, offsets. */
const fields = {
  4: [0, 1, 2, 3, 6, 7, 8, 9, 20, 21, 22, 23, 24, 25, 28, 30, 32, 33],
  6: [0, 4, 5, 6, 7, 40, 41, 42, 43, 44, 45, 48, 50, 52, 53],
} as const;
const telling = [
  0, 1, 2, 4, 5, 6, 7, 8, 15, 16, 17, 40, 43, 44, 53, 58, 59, 60, 63, 64, 128, 192, 255,
];

/** Frames with a few faults, half of them with lengths and checksum made right again. */
export function mutated(seeds: readonly Buffer[]): fc.Arbitrary<Buffer> {
  return fc
    .record({
      seed: fc.constantFrom(...seeds),
      changes: fc.array(change(), { maxLength: 4 }),
      isMended: fc.boolean(),
    })
    .map(({ seed, changes, isMended }) => {
      const frame = changes.reduce<Buffer>((before, apply) => apply(before), seed);
      return padded(isMended ? withChecksum(withLengths(frame)) : frame);
    });
}

function change(): fc.Arbitrary<Change> {
  const place = fc.nat(400);
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(...telling));
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(place, byte).map(([at, value]) => anywhere(at, value)) },
    { weight: 4, arbitrary: fc.tuple(place, byte).map(([at, value]) => inField(at, value)) },
    { weight: 1, arbitrary: place.map(shorter) },
    { weight: 1, arbitrary: fc.tuple(place, byte).map(([at, value]) => longer(at, value)) },
  );
}

function anywhere(at: number, value: number): Change {
  return (frame) => written(frame, 12 + (at % Math.max(1, frame.length - 12)), value);
}

function inField(which: number, value: number): Change {
  return (frame) => {
    const family = frame[12] === 0x86 ? 6 : 4;
    const at = fields[family][which % fields[family].length] ?? 0;
    return written(frame, ETHERNET + at, value);
  };
}

function shorter(at: number): Change {
  return (frame) => frame.subarray(0, ETHERNET + 20 + (at % 80));
}

/** Ethernet has no shorter frames. */
function padded(frame: Buffer): Buffer {
  return frame.length < 60 ? Buffer.concat([frame], 60) : frame;
}

/** Eight bytes more at some place behind the addresses. */
function longer(at: number, value: number): Change {
  return (frame) => {
    const place = Math.min(frame.length, ETHERNET + 20 + (at % 80));
    return Buffer.concat([frame.subarray(0, place), Buffer.alloc(8, value), frame.subarray(place)]);
  };
}

function written(frame: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(frame);
  if (at < copy.length) copy[at] = value;
  return copy;
}

/** The IP header says how long the frame is, and a UDP header right behind it too. */
function withLengths(frame: Buffer): Buffer {
  const copy = Buffer.from(frame);
  const isIpv6 = copy[12] === 0x86;
  const header = ETHERNET + (isIpv6 ? 40 : 20);
  if (copy.length < header + 8) return copy;
  copy.writeUInt16BE(copy.length - (isIpv6 ? header : ETHERNET), ETHERNET + (isIpv6 ? 4 : 2));
  if (copy[ETHERNET + (isIpv6 ? 6 : 9)] === 17)
    copy.writeUInt16BE(copy.length - header, header + 4);
  return copy;
}
