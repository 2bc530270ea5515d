import { waitFor } from '../../../lab/net/index.ts';
import { parsePolicies } from '../../../src/policy/index.ts';
import { compile } from '../../../src/rules/index.ts';
import { quartiles } from '../../part.ts';
import { GatewayProcess } from '../gateway/gateway-process.ts';
import type { DataPlanePart, Progress } from '../part.ts';
import { runIn, Scene } from '../scene.ts';
import { askDns } from './dnsperf.ts';
import { dnsmasqCommand, policy, SERVER } from './names.ts';
import { type Asked, askTcp, buildPath, INSIDE, type Path, Services } from './path.ts';
import { type SocketFigures, type SocketKind, socketSection } from './socket-section.ts';

const DURATION_MS = 1500;
const UNCACHED_PORT = 5353;

/** Something between client and server, and what can be asked through it. */
interface Way {
  readonly name: string;
  readonly path: Path;
  readonly kinds: readonly SocketKind[];
  /** Where questions go. */
  readonly resolver: readonly [address: string, port: number];
}

export function socketsPart(rounds = 5): DataPlanePart<SocketFigures[]> {
  return {
    name: 'sockets',
    title: 'connections, requests and DNS as programs see them',
    needs: [
      ['nft', 'nftables'],
      ['dnsmasq', 'dnsmasq-base'],
      ['dnsperf', 'dnsperf'],
      ['unbound', 'unbound'],
    ],
    measure: (progress) => measure(rounds, progress),
    render: socketSection,
  };
}

async function measure(rounds: number, progress: Progress): Promise<SocketFigures[]> {
  const scene = await Scene.open();
  const services = new Services();
  let gateway: GatewayProcess | undefined;
  try {
    const [plain, ours, nft, proxied] = await Promise.all(
      ['plain', 'ours', 'nft', 'proxy'].map((name) => buildPath(scene, name)),
    );
    if (!plain || !ours || !nft || !proxied) throw new Error('there are four paths');
    progress('starting servers');
    for (const path of [plain, ours, nft, proxied]) await services.startServer(path);
    await runIn(nft.gateway, ['nft', '-f', '-'], [filtering]);
    await runIn(proxied.gateway, ['nft', '-f', '-'], [learning]);
    services.start(proxied.gateway, dnsmasqCommand(INSIDE, 53, 10_000));
    services.start(proxied.gateway, dnsmasqCommand(INSIDE, UNCACHED_PORT, 0));
    gateway = await GatewayProcess.prepare(ours.gateway);
    await gateway.publish(compile(parsePolicies([{ path: 'bench.yaml', text: policy }]).policySet));
    await gateway.start();
    const all = ['connect', 'request', 'dns'] as const;
    const ways: readonly Way[] = [
      { name: 'no filter', path: plain, kinds: all, resolver: [SERVER, 53] },
      { name: 'Sallyport', path: ours, kinds: all, resolver: [SERVER, 53] },
      { name: 'nftables hash set, conntrack', path: nft, kinds: all, resolver: [SERVER, 53] },
      { name: 'dnsmasq, caching', path: proxied, kinds: ['dns'], resolver: [INSIDE, 53] },
      {
        name: 'dnsmasq, not caching',
        path: proxied,
        kinds: ['dns'],
        resolver: [INSIDE, UNCACHED_PORT],
      },
    ];
    await Promise.all(ways.map(answers));
    return await rounded(ways, services.questions, rounds, progress);
  } finally {
    gateway?.stop();
    services.stop();
    scene.close();
  }
}

const filtering = `table ip bench {
set allowed { type ipv4_addr . inet_service; elements = { ${SERVER} . 443, ${SERVER} . 53 } }
chain forward {
type filter hook forward priority filter; policy drop;
ct state established,related accept
ip daddr . tcp dport @allowed accept
ip daddr . udp dport @allowed accept
}
}`;

/** What the proxy puts addresses into, so that a rule may refer to them. */
const learning = 'table ip bench {\nset learned { type ipv4_addr; }\n}';

/** Waits until servers and filters of a way are there. */
async function answers({ name, path, resolver: [address, port] }: Way): Promise<void> {
  const probe = ['dnsperf', '-s', address, '-p', String(port), '-n', '1', '-t', '1'];
  await waitFor(
    `an answer through ${name}`,
    async () => {
      const text = await runIn(path.client, probe, ['n1.allowed.example.com A\n']);
      return /Queries completed:\s+1 /.test(text);
    },
    { deadline: 15_000, every: 50 },
  );
}

async function rounded(
  ways: readonly Way[],
  questions: string,
  rounds: number,
  progress: Progress,
): Promise<SocketFigures[]> {
  const tasks = ways.flatMap((way) =>
    way.kinds.map((kind) => ({ way, kind, asked: [] as Asked[] })),
  );
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    for (const [i] of tasks.entries()) {
      const task = tasks[(i + round) % tasks.length];
      if (!task) continue;
      const { path, resolver } = task.way;
      const one =
        task.kind === 'dns'
          ? await askDns(path, resolver, questions, DURATION_MS)
          : await askTcp(path, task.kind, DURATION_MS);
      task.asked.push(one);
    }
  }
  return tasks.map(({ way, kind, asked }) => ({
    way: way.name,
    kind,
    perSecond: quartiles(asked.map(({ perSecond }) => perSecond)),
    latencies: [0, 1, 2].map((place) =>
      quartiles(asked.map(({ latencies }) => latencies[place] ?? 0)),
    ),
  }));
}
