import type { GatewayConfiguration } from '../configuration/index.ts';
import { ReportError, readReport } from '../gateways/index.ts';
import type { State } from '../state/index.ts';
import { answerJson, refuse } from './answer.ts';
import { readBody } from './read-body.ts';
import type { Exchange, Route } from './route.ts';

const REPORT_BYTES = 64 * 1024;

interface StatusOptions {
  readonly gateways: readonly GatewayConfiguration[];
  readonly state: State;
  /** A gateway of this group reported something new. */
  readonly reported: (group: string) => void;
}

/** `POST /gateways/<name>/status`: what a gateway enforces, signed by its key. */
export function reportRoute({ gateways, state, reported }: StatusOptions): Route {
  const byName = new Map(gateways.map((gateway) => [gateway.name, gateway]));
  return {
    methods: ['POST'],
    pattern: /^\/gateways\/([a-z0-9-]+)\/status$/,
    async answer({ request, response }, [name = '']) {
      const gateway = byName.get(name);
      if (!gateway) return refuse(response, 404, 'no such gateway in the configuration');
      const body = await readBody(request, REPORT_BYTES);
      if (!body) return refuse(response, 413, `more than ${REPORT_BYTES} bytes`);
      const signature = request.headers['x-sallyport-signature'];
      const now = new Date();
      try {
        const report = readReport(body, String(signature ?? '') || undefined, { ...gateway, now });
        const stored = { gateway: name, at: report.at, receivedAt: now.toISOString() };
        if (!state.reports.put({ ...stored, body: report })) {
          return refuse(response, 409, 'a report as new as this one is here already');
        }
        reported(gateway.group);
        response.writeHead(204).end();
      } catch (error) {
        if (!(error instanceof ReportError)) throw error;
        const status = error.code === 'unsigned' || error.code === 'bad-signature' ? 401 : 400;
        refuse(response, status, error.message);
      }
    },
  };
}

/** `GET /status`: the whole service at a glance. */
export function statusRoute(status: () => unknown): Route {
  return {
    methods: ['GET', 'HEAD'],
    pattern: /^\/status$/,
    answer: ({ response }: Exchange) => answerJson(response, 200, status()),
  };
}
