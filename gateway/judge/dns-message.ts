/** Just enough of RFC 1035 to ask and to answer: the kernel reads what this writes. */
export function wireName(name: string): Buffer {
  const labels = name === '' ? [] : name.split('.');
  const parts = labels.map((label) => {
    const bytes = Buffer.from(label, 'latin1');
    return Buffer.concat([Buffer.from([bytes.length & 0xff]), bytes]);
  });
  return Buffer.concat([...parts, Buffer.from([0])]);
}

export interface DnsQuestion {
  readonly id: number;
  readonly name: string;
  readonly type: number;
}

const IN = 1;
const RECURSION_DESIRED = 0x0100;

export function dnsQuery({ id, name, type }: DnsQuestion, flags = RECURSION_DESIRED): Buffer {
  return Buffer.concat([header(id, flags, 1, 0), wireName(name), u16(type), u16(IN)]);
}

export interface DnsRecord {
  /** Wire form, a compression pointer for instance. */
  readonly owner: Buffer;
  readonly type: number;
  readonly ttl: number;
  readonly data: Buffer;
}

export function dnsResponse(
  question: DnsQuestion,
  answers: readonly DnsRecord[],
  flags = 0x8180,
): Buffer {
  const records = answers.map(({ owner, type, ttl, data }) =>
    Buffer.concat([owner, u16(type), u16(IN), u32(ttl), u16(data.length), data]),
  );
  return Buffer.concat([
    header(question.id, flags, 1, answers.length),
    wireName(question.name),
    u16(question.type),
    u16(IN),
    ...records,
  ]);
}

/** A pointer to the question's name. */
export const questionPointer = Buffer.from([0xc0, 12]);

function header(id: number, flags: number, questions: number, answers: number): Buffer {
  return Buffer.concat([u16(id), u16(flags), u16(questions), u16(answers), u16(0), u16(0)]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
