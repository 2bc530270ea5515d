import { request } from 'node:http';
import { dotted } from '../dotted.ts';
import type { Router } from '../scene.ts';
import type { Traffic } from '../traffic.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { passes } from './passing.ts';
import { openLabels, probe } from './rule-sets.ts';

/** ms from the request that registers an address until its first packet gets through. */
export interface RegistrationFigures {
  readonly median: number;
  /** Of a hundred the slowest but one. */
  readonly p99: number;
}

const COUNT = 300;
/** Addresses of no agent's. */
const FIRST = 0x0a09_0001;

/** Registers one workload after the other, as whoever starts replicas does, and sends at once. */
export async function measureRegistrations(
  gateway: GatewayProcess,
  router: Router,
  traffic: Traffic,
): Promise<RegistrationFigures> {
  const times: number[] = [];
  for (let i = 0; i < COUNT; i++) {
    const src = FIRST + i;
    traffic.setTuples([{ ...probe, src }]);
    const started = performance.now();
    const answered = register(gateway.registry, `replica-${i}`, dotted(src));
    await passes(router, traffic, true);
    times.push(performance.now() - started);
    await answered;
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * COUNT) - 1] ?? 0;
  return { median: at(0.5), p99: at(0.99) };
}

function register(socketPath: string, id: string, address: string): Promise<void> {
  const body = JSON.stringify({ addresses: [address], labels: openLabels, ttl: 600 });
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method: 'PUT', path: `/v1/workloads/${id}` }, (response) => {
      response.resume();
      const isDone = (response.statusCode ?? 500) < 300;
      if (isDone) response.on('end', resolve);
      else reject(new Error(`the registry answers ${response.statusCode}`));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
