import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { EventStream, treeRoute, WebServer } from '../../src/app/http/index.ts';

const bytes = 64 * 1024 * 1024;

async function serve() {
  const dir = mkdtempSync(path.join(tmpdir(), 'sallyport-idle-'));
  mkdirSync(path.join(dir, 'targets'));
  writeFileSync(path.join(dir, 'targets/big'), Buffer.alloc(bytes));
  const events = new EventStream({ listeners: 10, current: () => [] });
  const routes = [treeRoute(dir), events.route];
  const server = new WebServer(routes, pino({ level: 'silent' }), 300);
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    events.close();
    await server.close();
    rmSync(dir, { recursive: true });
  });
  return { port: Number(new URL(url).port), events };
}

function ask(port: number, target: string) {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\n\r\n`);
  return socket;
}

test('whoever asks for a large file and does not read it is let go; a listener is not', async () => {
  const { port, events } = await serve();
  const listener = ask(port, '/events').resume();
  const idle = ask(port, '/tuf/targets/big').pause();
  // Several times as long as a connection may be idle.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await new Promise((resolve) => idle.once('close', resolve).resume());
  expect(idle.bytesRead).toBeLessThan(bytes);
  expect(events.size).toBe(1);
  expect(listener.closed).toBe(false);
});
