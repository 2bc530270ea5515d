import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { parseArgs } from 'node:util';

// A web service that says which host answered: node http-main.ts --port N --says TEXT [--certificate FILE --key FILE]
const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    says: { type: 'string' },
    certificate: { type: 'string' },
    key: { type: 'string' },
  },
});

const answer: RequestListener = (_request, response) => {
  response.setHeader('content-type', 'text/plain');
  response.setHeader('connection', 'close');
  response.end(`${values.says}\n`);
};

const server =
  values.certificate && values.key
    ? createHttpsServer(
        { cert: readFileSync(values.certificate), key: readFileSync(values.key) },
        answer,
      )
    : createHttpServer(answer);

server.listen(Number(values.port), '::');
