import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

// An agent's calls, as an ordinary program makes them: one request a line on standard input, one outcome a line on
// standard output, in order. `tcp ADDRESS PORT`, `udp ADDRESS PORT`, `ask ADDRESS HEX` and, on a connection that
// `hold ADDRESS PORT` has opened, `write TEXT`.
const PATIENCE_MS = 3000;

interface Outcome {
  readonly code: string;
  readonly answer?: string;
}

const requests: Readonly<Record<string, (...words: string[]) => Promise<Outcome>>> = {
  tcp: (host = '', port = '') =>
    settled((done) => {
      const socket = connect({ host, port: Number(port) }, () => done('connected'));
      socket.on('error', ({ code }: NodeJS.ErrnoException) => done(code));
      return () => socket.destroy();
    }),
  udp: (host = '', port = '') => datagram(host, Number(port), Buffer.from('hello')),
  ask: (host = '', hex = '') => datagram(host, 53, Buffer.from(hex, 'hex')),
  hold: (host = '', port = '') =>
    settled((done) => {
      held = connect({ host, port: Number(port) }, () => done('connected'));
      held.on('error', ({ code }: NodeJS.ErrnoException) => {
        ended = code;
        onEnded?.(code);
      });
      return () => {};
    }),
  write: (text = '') =>
    settled((done) => {
      if (ended) done(ended);
      onEnded = done;
      held?.write(text);
      return () => {};
    }),
};
let held: ReturnType<typeof connect> | undefined;
let ended: string | undefined;
let onEnded: ((code: string | undefined) => void) | undefined;

function datagram(host: string, port: number, payload: Buffer): Promise<Outcome> {
  return settled((done) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.on('error', ({ code }: NodeJS.ErrnoException) => done(code));
    socket.on('message', (message) => done('answered', message.toString('hex')));
    // Connected, or the kernel tells the socket of no error.
    socket.connect(port, host, () => socket.send(payload));
    return () => socket.close();
  });
}

/** The first that happens; `timeout` where nothing does. */
function settled(
  begin: (done: (code: string | undefined, answer?: string) => void) => () => void,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const done = (code = 'unknown', answer?: string) => {
      clearTimeout(timer);
      end?.();
      resolve({ code, ...(answer === undefined ? {} : { answer }) });
    };
    const timer = setTimeout(done, PATIENCE_MS, 'timeout');
    const end: (() => void) | undefined = begin(done);
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const [kind = '', ...words] = line.split(' ');
  const request = requests[kind];
  if (!request) throw new Error(`unknown request: ${line}`);
  console.log(JSON.stringify(await request(...words)));
}
process.exit(0);
