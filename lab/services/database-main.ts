import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

// Stands in for a database: one line in, one line out, on each port given. node database-main.ts PORT…
const answers: Readonly<Record<string, string>> = {
  'SELECT count(*) FROM invoices': '1 row: 4711',
};

function serve(socket: Socket): void {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  const lines = createInterface({ input: socket });
  lines.on('line', (line) => {
    const ping = /^PING (\d+)$/.exec(line);
    socket.write(`${ping ? `PONG ${ping[1]}` : (answers[line] ?? 'ERROR unknown query')}\n`);
  });
  // It tells of the socket's errors once more: a client that was cut off ends its own connection only.
  lines.on('error', () => socket.destroy());
}

for (const port of process.argv.slice(2)) createServer(serve).listen(Number(port), '::');
