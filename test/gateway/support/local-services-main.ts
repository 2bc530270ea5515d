import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { dnsResponse, questionPointer } from '../../../gateway/judge/index.ts';

// What a governed command talks to: `<address> <port>…` take connections, answer the first bytes and end them, and a resolver at
// 127.0.0.53 says that every name is at 203.0.114.80.
const ADDRESS = Buffer.from([203, 0, 114, 80]);
const A = 1;

const resolver = createSocket('udp4');
resolver.on('message', (query, { port, address }) => {
  const { id, name } = questionOf(query);
  const record = { owner: questionPointer, type: A, ttl: 60, data: ADDRESS };
  resolver.send(dnsResponse({ id, name, type: A }, [record]), port, address);
});
await new Promise<void>((resolve) => resolver.bind(53, '127.0.0.53', resolve));

const [address = '', ...ports] = process.argv.slice(2);
for (const port of ports) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end('hello'));
  });
  await new Promise<void>((resolve) => server.listen(Number(port), address, resolve));
}
console.log('ready');

function questionOf(query: Buffer): { id: number; name: string } {
  const labels: string[] = [];
  for (let at = 12; (query[at] ?? 0) > 0; at += 1 + (query[at] ?? 0)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + (query[at] ?? 0)));
  }
  return { id: query.readUInt16BE(0), name: labels.join('.') };
}
