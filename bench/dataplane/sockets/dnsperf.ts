import { runIn } from '../scene.ts';
import type { Asked, Path } from './path.ts';

/** `dnsperf` prints a line for each answer if asked to: `> NOERROR n1.allowed.example.com A 0.000123`. */
const ANSWER = /^> NOERROR \S+ A (\d+\.\d+)$/gm;
/** Questions under way at once when it is asked as fast as can be. */
const AT_ONCE = 64;
/** From so many ports: no client has more than a few questions open at one, and a gateway remembers 16. */
const PORTS = 16;

/** Questions one after the other for a while, then as many as are answered. @throws Error where any is not */
export async function askDns(
  { client }: Path,
  [server, port]: readonly [address: string, port: number],
  questions: string,
  ms: number,
): Promise<Asked> {
  const seconds = String(Math.max(1, Math.round(ms / 1000)));
  const base = ['dnsperf', '-s', server, '-p', String(port), '-d', questions, '-l', seconds];
  const slow = await runIn(client, [...base, '-q', '1', '-v']);
  const times = [...slow.matchAll(ANSWER)].map(([, s]) => Number(s) * 1e6).sort((a, b) => a - b);
  const fast = await runIn(client, [...base, '-q', String(AT_ONCE), '-c', String(PORTS)]);
  const perSecond = Number(/Queries per second:\s+([\d.]+)/.exec(fast)?.[1] ?? 0);
  const lost = Number(/Queries lost:\s+(\d+)/.exec(fast)?.[1] ?? 0);
  if (times.length === 0 || perSecond === 0) throw new Error(`no answers: ${fast}`);
  if (lost > 0) throw new Error(`${lost} questions to ${server} were not answered`);
  const at = (share: number) => times[Math.floor((times.length - 1) * share)] ?? 0;
  return { perSecond, latencies: [at(0.5), at(0.99), at(0.999)] };
}
