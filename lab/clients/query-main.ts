import { connect } from 'node:net';
import { createInterface } from 'node:readline';

// A database client: node query-main.ts ADDRESS PORT QUERY. Exits with 0 after an answer, 4 when nothing answered, 5 when refused.
const [address = '', port = '', query = ''] = process.argv.slice(2);
const patience = 1000;

const socket = connect({ host: address, port: Number(port) });
const timer = setTimeout(() => {
  console.error(`no answer from ${address} port ${port} within ${patience} ms`);
  process.exit(4);
}, patience);

socket.on('connect', () => socket.write(`${query}\n`));
socket.on('error', (error) => {
  console.error(error.message);
  process.exit(5);
});
createInterface({ input: socket }).once('line', (line) => {
  clearTimeout(timer);
  console.log(line);
  socket.destroy();
});
