import { connect, type Socket } from 'node:net';

// `ask-main.ts connect|request ADDRESS PORT MILLISECONDS`: opens connections and ends them, or sends requests of 64 bytes
// over one and waits for each answer. Prints how many in all, and how long each took, as JSON.
const [, , kind, address = '', port = '', duration = ''] = process.argv;
const SIDE_BY_SIDE = 4;
const times: number[] = [];
const started = performance.now();
const isTime = () => performance.now() - started < Number(duration);

if (kind === 'connect') {
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, connections));
} else {
  await requests();
}
const seconds = (performance.now() - started) / 1000;
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.floor((times.length - 1) * share)] ?? 0;
console.log(
  JSON.stringify({ perSecond: times.length / seconds, latencies: [at(0.5), at(0.99), at(0.999)] }),
);

async function connections(): Promise<void> {
  while (isTime()) {
    const before = performance.now();
    const socket = await opened();
    times.push((performance.now() - before) * 1000);
    // Not an orderly end: all local ports would soon wait for their time to pass.
    socket.resetAndDestroy();
  }
}

async function requests(): Promise<void> {
  const socket = await opened();
  const request = Buffer.alloc(64, 0x61);
  while (isTime()) {
    const before = performance.now();
    socket.write(request);
    for (let got = 0; got < request.length; ) got += (await nextData(socket)).length;
    times.push((performance.now() - before) * 1000);
  }
  socket.destroy();
}

function nextData(socket: Socket): Promise<Buffer> {
  return new Promise((resolve) => socket.once('data', resolve));
}

function opened(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: Number(port), noDelay: true }, () =>
      resolve(socket),
    );
    socket.on('error', reject);
  });
}
