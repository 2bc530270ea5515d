import { type Quartiles, quartiles } from '../../part.ts';
import type { DataPlanePart, Progress } from '../part.ts';
import { Scene } from '../scene.ts';
import { tableText } from '../table.ts';
import { Traffic } from '../traffic.ts';
import { GatewayProcess } from './gateway-process.ts';
import { passes } from './passing.ts';
import { measureRegistrations, type RegistrationFigures } from './registrations.ts';
import { probe, rulesOverAgents } from './rule-sets.ts';

interface GatewayFigures {
  readonly rules: number;
  /** Seconds from starting the process until it says that the rules are in force. */
  readonly start: number;
  /** ms of that from the first look at the server. */
  readonly load: number;
  /** ms from the server's event to the first packet that a changed clause lets pass. */
  readonly change: Quartiles;
  readonly registration: RegistrationFigures;
  /** MiB. */
  readonly resident: number;
  readonly peak: number;
}

const sizes = [1000, 10_000, 131_072];

export function gatewayPart(rounds = 7): DataPlanePart<GatewayFigures[]> {
  return {
    name: 'gateway',
    title: 'the gateway’s process: start, change of a rule, memory',
    needs: [],
    measure: async (progress) => {
      const figures: GatewayFigures[] = [];
      for (const rules of sizes) figures.push(await measure(rules, rounds, progress));
      return figures;
    },
    render: (figures) => ({ text: text(figures), drawings: {} }),
  };
}

async function measure(rules: number, rounds: number, progress: Progress): Promise<GatewayFigures> {
  progress(`${rules} rules: signing`);
  const scene = await Scene.open();
  let gateway: GatewayProcess | undefined;
  try {
    const traffic = new Traffic(scene.programs);
    traffic.setTuples([probe]);
    const router = await scene.router('gateway');
    gateway = await GatewayProcess.prepare(router.namespace);
    const ruleSets = [rulesOverAgents(rules, false), rulesOverAgents(rules, true)] as const;
    await gateway.publish(ruleSets[0]);
    progress(`${rules} rules: starting`);
    const started = performance.now();
    const { ms: load = 0 } = await gateway.start();
    const start = (performance.now() - started) / 1000;
    const changes: number[] = [];
    for (let round = 0; round < 2 * rounds; round++) {
      progress(`${rules} rules: change ${round + 1} of ${2 * rounds}`);
      const open = round % 2 === 0;
      await gateway.publish(ruleSets[open ? 1 : 0]);
      const applied = gateway.logged(({ event }) => event === 'applied');
      const changed = performance.now();
      gateway.tell();
      await passes(router, traffic, open);
      changes.push(performance.now() - changed);
      await applied;
    }
    await gateway.publish(ruleSets[1]);
    gateway.tell();
    await gateway.logged(({ event }) => event === 'applied');
    progress(`${rules} rules: registrations`);
    const registration = await measureRegistrations(gateway, router, traffic);
    return {
      rules,
      start,
      load,
      registration,
      change: quartiles(changes),
      ...(await gateway.memoryAtRest()),
    };
  } finally {
    gateway?.stop();
    scene.close();
  }
}

function text(figures: readonly GatewayFigures[]): string {
  const columns = figures.map(({ rules }) => `${rules.toLocaleString('en')} rules`);
  const row = (name: string, value: (one: GatewayFigures) => string) => [
    name,
    ...figures.map(value),
  ];
  const ms = ({ change: { low, median, high } }: GatewayFigures) =>
    [median, low, high].map((value) => value.toFixed(value < 100 ? 1 : 0)) as [
      string,
      string,
      string,
    ];
  return [
    '### The gateway’s process',
    '',
    '`sallyport-gateway run` with a server of signed bundles beside it; agents of 128 clauses each, two of three for blocks, the third for hosts. A change adds or takes away one clause: it is published, the server’s event tells the gateway, which fetches, verifies and applies the whole bundle; it is live when the first packet gets through that did not before, or none any more that did. Packets are sent without pause meanwhile, on the other core. Workloads register one after the other at the Unix socket, each at an address of its own, which sends from then on without pause. Memory is that of the process (resident set) at rest after all changes; the most it ever had is when it started, with the rules as text, as objects and as tables at once.',
    '',
    tableText(
      ['', ...columns],
      [
        row('process started until rules are in force, s', ({ start }) => start.toFixed(2)),
        row('… of that from the first look at the server, ms', ({ load }) => load.toFixed(0)),
        row('changed clause is live after the server’s event, ms', (one) => {
          const [median, low, high] = ms(one);
          return `${median} (${low}–${high})`;
        }),
        row('registered workload’s first packet gets through, ms: median', (one) =>
          one.registration.median.toFixed(1),
        ),
        row('… 99 of 100', (one) => one.registration.p99.toFixed(1)),
        row('resident memory, MiB', ({ resident }) => resident.toFixed(0)),
        row('… the most, MiB', ({ peak }) => peak.toFixed(0)),
      ],
    ),
  ].join('\n');
}
