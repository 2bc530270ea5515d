import { expect, it } from 'vitest';
import type { MapName } from '../../gateway/kernel/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { from, tcp } from './packets.ts';

const agent = (name: string, net: number, clauses: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.${net}.0/24]}
  dns: {resolvers: [10.8.0.53]}
  allow: [${clauses}]
`;
const web = '{id: web, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443]}';
const many = Array.from({ length: 40 }, (_, i) => i);
const small = agent('alpha', 1, web);
/** More of everything. */
const large = [
  `apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: inside, version: 1.0.0}
spec: {trusted: [${many.map((i) => `10.20.${i}.0/24`)}]}
`,
  ...many.map((i) =>
    agent(
      `other-${i}`,
      100 + i,
      [
        web
          .replace('192.0.2.0', `198.51.100.${i}`)
          .replace('/25', '/32')
          .replace('443', `${i + 1}`),
        `{id: site, to: {host: "**.n${i}.example.com"}, protocol: tcp, ports: [443], expires: 2090-01-01}`,
        `{id: same, to: {host: "**.n${i}.example.com"}, protocol: tcp, ports: [443], expires: 2091-01-01}`,
        '{id: mate, to: {agent: alpha}, protocol: tcp, ports: [80]}',
      ].join(', '),
    ),
  ),
].join('---\n');

describeKernel('rules for which a map has no room', () => {
  it.each<[MapName, number]>([
    ['sp_sources', 40],
    ['sp_blocks', 12],
    ['sp_name_rules', 20],
    ['sp_suffixes', 30],
    ['sp_trust', 60],
    ['sp_clauses', 10],
  ])('%s: are refused with its name, and those before stay whole', async (map, entries) => {
    const plane = new DataPlane({ [map]: entries });
    try {
      await plane.use(small);
      const refused = plane.use(`${small}---\n${large}`);
      await expect(refused).rejects.toThrow(`Map ${map} is full`);
      await expect(refused).rejects.toThrow('stay as they were');
      expect((await plane.tables.readBack(async () => true))?.changes).toEqual([]);
      const path = from('10.8.1.5').to('192.0.2.1');
      expect(plane.fromAgent(tcp(path))).toMatchObject({ clause: 'AgentPolicy/alpha#web' });
      await plane.use(small.replace('192.0.2.0/25', '203.0.113.0/25'));
      expect(plane.fromAgent(tcp(path)).passed).toBe(false);
    } finally {
      plane.close();
    }
  });
});
