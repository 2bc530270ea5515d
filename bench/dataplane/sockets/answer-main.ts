import { createServer } from 'node:net';

// Sends back what it gets: `answer-main.ts ADDRESS PORT`. Says `ready` when it listens.
const [, , address = '127.0.0.1', port = '443'] = process.argv;

createServer({ noDelay: true }, (socket) => {
  // A client that ends its connection at once is what this is for.
  socket.on('error', () => {});
  socket.pipe(socket);
}).listen(Number(port), address, 1024, () => console.log('ready'));
