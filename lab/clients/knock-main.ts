import { connect } from 'node:net';

// Tries again and again to connect, each time anew, until it succeeds: node knock-main.ts ADDRESS PORT DEADLINE_MS.
// Prints `{"event":"knocking"}` once a first try has gone unanswered, then `{"event":"connected","at":…,"tries":…}` with the
// moment the successful try began. Times are of the monotonic clock, which all processes of a machine share, in milliseconds.
const [address = '', port = '', deadline = ''] = process.argv.slice(2);
const pace = 2;
// Shorter than the first retransmission of a SYN (1 s): a try that was dropped never succeeds later.
const patience = 250;

const now = () => Number(process.hrtime.bigint()) / 1e6;
const say = (event: object) => console.log(JSON.stringify(event));
let tries = 0;

function knock(): void {
  const at = now();
  tries += 1;
  const first = tries === 1;
  const socket = connect({ host: address, port: Number(port) });
  const timer = setTimeout(() => {
    socket.destroy();
    if (first) say({ event: 'knocking' });
  }, patience);
  socket.on('connect', () => {
    say({ event: 'connected', at, tries });
    process.exit(0);
  });
  socket.on('error', () => {
    clearTimeout(timer);
    socket.destroy();
  });
}

knock();
setInterval(knock, pace);
setTimeout(() => {
  console.error(`never connected to ${address} port ${port} within ${deadline} ms`);
  process.exit(4);
}, Number(deadline));
