/** What an answer says to a client that reads it strictly, up to its last byte. */
export interface ReadAnswer {
  readonly id: number;
  readonly flags: number;
  readonly rcode: number;
  /** As it stands in the packet, letters' case and all. */
  readonly name: string;
  readonly type: number;
  readonly answers: number;
  readonly authorities: number;
  /** Absent without an OPT record. */
  readonly edns?: {
    readonly size: number;
    readonly flags: number;
    readonly errors: ExtendedError[];
  };
}

/** RFC 8914. */
interface ExtendedError {
  readonly code: number;
  readonly text: string;
}

/** @throws where anything is left over or too short */
export function readDnsAnswer(message: Buffer): ReadAnswer {
  const labels: string[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const flags = message.readUInt16BE(2);
  const additional = message.readUInt16BE(10);
  const end = at + 5;
  if (message.readUInt16BE(4) !== 1) throw new Error('not one question');
  if (additional === 0 && end !== message.length) throw new Error('bytes behind the question');
  return {
    id: message.readUInt16BE(0),
    flags: flags & 0xfff0,
    rcode: flags & 15,
    name: labels.join('.'),
    type: message.readUInt16BE(at + 1),
    answers: message.readUInt16BE(6),
    authorities: message.readUInt16BE(8),
    ...(additional === 0 ? {} : { edns: readOpt(message.subarray(end)) }),
  };
}

function readOpt(record: Buffer): NonNullable<ReadAnswer['edns']> {
  if (record[0] !== 0 || record.readUInt16BE(1) !== 41) throw new Error('not an OPT record');
  if (record.readUInt16BE(9) + 11 !== record.length) throw new Error('wrong length of OPT');
  const errors: ExtendedError[] = [];
  for (let at = 11; at < record.length; ) {
    const length = record.readUInt16BE(at + 2);
    if (record.readUInt16BE(at) !== 15) throw new Error('an option beside the extended error');
    const code = record.readUInt16BE(at + 4);
    errors.push({ code, text: record.toString('utf8', at + 6, at + 4 + length) });
    at += 4 + length;
  }
  return { size: record.readUInt16BE(3), flags: record.readUInt16BE(7), errors };
}
