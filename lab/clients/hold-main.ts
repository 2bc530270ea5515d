import { connect } from 'node:net';
import { createInterface } from 'node:readline';

// Keeps one connection busy until it goes silent: node hold-main.ts ADDRESS PORT.
// Prints `{"event":"open"}` after the first answer, then `{"event":"cut", …}` and exits with 0 when no answer came for
// `silence` ms; or `{"event":"held", …}` when it is told to end (SIGTERM) and was answered until then. Times are of the monotonic clock, which all processes of a machine share, in milliseconds.
const [address = '', port = ''] = process.argv.slice(2);
const silence = 800;
const pace = 1;

const now = () => Number(process.hrtime.bigint()) / 1e6;
const say = (event: object) => console.log(JSON.stringify(event));
const socket = connect({ host: address, port: Number(port), noDelay: true });
let answered = 0;
let askedAt = now();
let longestWait = 0;
let watchdog = setTimeout(finish, silence);

function finish(): void {
  if (answered === 0) {
    console.error(`no answer from ${address} port ${port} within ${silence} ms`);
    process.exit(4);
  }
  say({ event: 'cut', answered, firstUnansweredAt: askedAt });
  process.exit(0);
}

function ask(): void {
  askedAt = now();
  clearTimeout(watchdog);
  watchdog = setTimeout(finish, silence);
  socket.write(`PING ${answered}\n`);
}

process.on('SIGTERM', () => {
  say({ event: 'held', answered, longestWait });
  process.exit(0);
});
socket.on('connect', ask);
socket.on('error', (error) => {
  console.error(error.message);
  process.exit(5);
});
createInterface({ input: socket }).on('line', (line) => {
  if (line !== `PONG ${answered}`) return;
  answered += 1;
  longestWait = Math.max(longestWait, now() - askedAt);
  if (answered === 1) say({ event: 'open' });
  setTimeout(ask, pace);
});
