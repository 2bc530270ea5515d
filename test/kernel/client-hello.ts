import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { connect } from 'node:tls';

export interface Hello {
  /** Server names; each makes an entry of its own in the one extension. */
  readonly names?: readonly string[];
  /** Bytes of another extension, before and behind the server name. */
  readonly before?: number;
  readonly behind?: number;
  /** Extensions as they are, behind all others. */
  readonly more?: Buffer;
}

const HANDSHAKE = 22;
const PADDING = 21;

/** A ClientHello message (RFC 8446 section 4.1.2), without records. */
export function helloMessage({ names = [], before = 0, behind = 0, more }: Hello): Buffer {
  const extensions = Buffer.concat([
    ...(before > 0 ? [extension(PADDING, Buffer.alloc(before))] : []),
    ...(names.length > 0 ? [extension(0, serverNames(names))] : []),
    ...(behind > 0 ? [extension(PADDING, Buffer.alloc(behind))] : []),
    ...(more ? [more] : []),
  ]);
  return message(
    Buffer.concat([
      u16(0x0303),
      Buffer.alloc(32, 7),
      u8(0),
      u16(2),
      u16(0x1301),
      u8(1),
      u8(0),
      u16(extensions.length),
      extensions,
    ]),
  );
}

export function message(body: Buffer, type = 1): Buffer {
  return Buffer.concat([u8(type), u24(body.length), body]);
}

export function extension(type: number, content: Buffer): Buffer {
  return Buffer.concat([u16(type), u16(content.length), content]);
}

export function serverNames(names: readonly string[], type = 0): Buffer {
  const entries = names.map((name) => {
    const bytes = Buffer.from(name, 'latin1');
    return Buffer.concat([u8(type), u16(bytes.length), bytes]);
  });
  const list = Buffer.concat(entries);
  return Buffer.concat([u16(list.length), list]);
}

/** In records of at most so many bytes. */
export function records(content: Buffer, size = 16384, type = HANDSHAKE): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += size) {
    const part = content.subarray(at, at + size);
    parts.push(u8(type), u16(0x0301), u16(part.length), part);
  }
  return Buffer.concat(parts);
}

export function clientHello(name: string | undefined, rest: Omit<Hello, 'names'> = {}): Buffer {
  return records(helloMessage({ names: name === undefined ? [] : [name], ...rest }));
}

/** What OpenSSL sends in earnest: its ML-KEM key share makes it longer than a segment. */
export async function opensslHello(servername: string): Promise<Buffer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: '127.0.0.1', port, servername });
  client.on('error', () => {});
  try {
    const [socket] = await once(server, 'connection');
    const parts: Buffer[] = [];
    let length = 0;
    while (length < 5 || length < 5 + Buffer.concat(parts).readUInt16BE(3)) {
      const [part] = await once(socket, 'data');
      parts.push(part);
      length += part.length;
    }
    socket.destroy();
    return Buffer.concat(parts);
  } finally {
    client.destroy();
    server.close();
  }
}

const u8 = (value: number) => Buffer.from([value]);
const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const u24 = (value: number) => Buffer.from([value >> 16, (value >> 8) & 255, value & 255]);
