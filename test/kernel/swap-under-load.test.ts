import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { interfacePrograms, loadObject, runOnPacket } from '../../gateway/kernel/index.ts';
import { lower } from '../../gateway/lower/index.ts';
import { RuleTables } from '../../gateway/tables/index.ts';
import { describeKernel } from './availability.ts';
import { from, tcp } from './packets.ts';
import { rulesOf } from './rules-of.ts';
import { runs } from './runs.ts';
import type { Load } from './swap-load-main.ts';

const IFINDEX = 7;
const SWAPS = 100;

const agent = (
  name: string,
  workloads: string,
  allow: string,
  deny: string,
) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: 1.0.0}
spec:
  workloads: {cidrs: [${workloads}]}
  allow: [{id: ${name}-may, to: {cidr: ${allow}}, protocol: tcp, ports: [443]}]
  deny: [{id: ${name}-may-not, to: {cidr: ${deny}}}]
`;
// The same clauses, so that their numbers stay; the addresses of agents and of what they may reach change places.
const first = [
  agent('alpha', '10.8.1.0/24', '192.0.2.0/24', '192.0.2.66/32'),
  agent('beta', '10.8.2.0/24', '198.51.100.0/24', '198.51.100.66/32'),
].join('---\n');
const second = [
  agent('alpha', '10.8.2.0/24', '203.0.113.0/24', '203.0.113.66/32'),
  agent('beta', '10.8.1.0/24', '192.0.2.128/25', '192.0.2.200/32'),
].join('---\n');
const targets = [
  // Allowed by an allow whose deny is not there (yet, or any more).
  ['10.8.1.5', '192.0.2.66'],
  ['10.8.2.5', '198.51.100.66'],
  ['10.8.2.5', '203.0.113.66'],
  // Allowed by the agents of one generation with the rules of the other.
  ['10.8.1.5', '203.0.113.5'],
  ['10.8.2.5', '192.0.2.130'],
  ['10.8.1.5', '198.51.100.5'],
  // Allowed by one of them, and denied by the other.
  ['10.8.1.5', '192.0.2.200'],
  ['10.8.1.5', '192.0.2.5'],
  ['10.8.2.5', '198.51.100.5'],
  ['10.8.2.5', '203.0.113.5'],
] as const;
const frames = targets.map(([src, dst], i) => tcp(from(src, 40_000 + i).to(dst)));

describeKernel('rules that change while packets are judged', () => {
  const object = loadObject({ leaveOut: interfacePrograms });
  const tables = new RuleTables(object, { clauses: 1024 });
  let worker: Worker;
  const stop = new SharedArrayBuffer(4);
  const use = (policies: string) =>
    tables.apply(lower(rulesOf(policies)), [{ ifindex: IFINDEX, holds: 'all' }]);
  /** What becomes of each frame, as the worker writes it. */
  const verdicts = () =>
    frames.map((frame, i) => {
      const run = { frame, mark: IFINDEX, cameFrom: IFINDEX, cb: [0, 0] };
      const { action, cb } = runOnPacket(object.programs.sp_judge, run);
      return `${i} ${action} ${cb[1]} ${cb[2]}`;
    });

  beforeAll(async () => {
    await use(first);
  });
  afterAll(async () => {
    Atomics.store(new Int32Array(stop), 0, 1);
    await worker?.terminate();
    object.close();
  });

  it(
    'judge each packet by the rules before or by those after, and let nothing through that both deny',
    async () => {
      // Twice each: first with the flows that the other rules have allowed, then without.
      const known = new Set(verdicts());
      for (const policies of [second, first]) {
        await use(policies);
        for (let turn = 0; turn < 2; turn++) for (const verdict of verdicts()) known.add(verdict);
      }
      const mayPass = [...known].filter((verdict) => verdict.split(' ')[1] === '-1');
      expect(mayPass.map((verdict) => Number.parseInt(verdict, 10)).toSorted()).toEqual([
        6, 7, 8, 9,
      ]);
      const load: Load = {
        program: object.programs.sp_judge,
        frames: frames.map((frame) => ({ frame, ifindex: IFINDEX })),
        stop,
      };
      worker = new Worker(new URL('./swap-load-main.ts', import.meta.url), { workerData: load });
      await once(worker, 'message');
      for (let i = 0; i < runs(SWAPS); i++) await use(i % 2 === 0 ? second : first);
      Atomics.store(new Int32Array(stop), 0, 1);
      const [seen] = (await once(worker, 'message')) as [Map<string, number>];
      expect([...seen.keys()].filter((verdict) => !known.has(verdict))).toEqual([]);
      // Both were in force under load: whatever one of them allows was let through.
      expect(mayPass.filter((verdict) => !seen.has(verdict))).toEqual([]);
      const judged = [...seen.values()].reduce((sum, count) => sum + count, 0);
      expect(judged).toBeGreaterThan(20 * SWAPS);
      if (runs(1) > 1) console.info(`${runs(SWAPS)} changes, ${judged} packets judged meanwhile`);
      expect((await tables.readBack(async () => true))?.changes).toEqual([]);
    },
    20_000 * runs(1),
  );
});
