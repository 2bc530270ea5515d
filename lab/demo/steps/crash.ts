import { addGateway, killGateway } from '../../instance/index.ts';
import { hostNamed } from '../../net/index.ts';
import { openSession, stillEnforced } from '../../scenarios/index.ts';
import { authorityCertificate, databasePorts } from '../../services/index.ts';
import { checkScenario } from '../check-scenario.ts';
import { quoted } from '../quoted.ts';
import type { Check } from '../report.ts';
import type { Stage, Step } from '../step.ts';

const proof = (stage: Stage) =>
  checkScenario(stage, stillEnforced(authorityCertificate(stage.instance.runDirectory)));

/** The rules live in the kernel: they hold without the process that wrote them. */
export const killed: Step = {
  name: 'gateway-killed',
  title: 'The gateway process is killed with -9, and enforcement holds',
  async run(stage) {
    const endpoint = {
      from: 'research-assistant',
      address: hostNamed('ledger').ipv4.host,
      port: databasePorts.query,
    } as const;
    // What the first edit has granted. It stays open until the new gateway is in charge.
    stage.session = await openSession(stage.instance, endpoint, stage.signal);
    const pid = await killGateway(stage.instance);
    const gone: Check = {
      says: 'the process is gone',
      ok: true,
      evidence: [`$ kill -9 ${pid}`, `→ no process ${pid}`],
    };
    return { checks: [gone, ...(await proof(stage))] };
  },
};

/** A new process takes over what its predecessor left, without a moment in between. */
export const adopted: Step = {
  name: 'gateway-adopted',
  title: 'A new gateway process adopts what is in the kernel',
  async run(stage) {
    const start = performance.now();
    const { process, events } = await addGateway(stage.instance, stage.signal);
    const ms = performance.now() - start;
    const adoption = events.find((event) => event.event === 'adopted');
    const adopts: Check = {
      says: 'it finds the pinned rules and goes on with them',
      ok: adoption !== undefined,
      ms,
      evidence: [
        `process ${process.pid}`,
        ...(adoption ? quoted(adoption, ['generation']) : [JSON.stringify(events)]),
      ],
    };
    const checks = [adopts, ...(await proof(stage)), await uninterrupted(stage)];
    return { checks, figures: { 'gateway restarted and ready': ms } };
  },
};

async function uninterrupted({ session }: Stage): Promise<Check> {
  const says = 'a connection that was open all along has missed nothing';
  try {
    if (!session) throw new Error('it was never opened');
    const { answered, longestWait } = await session.end();
    const evidence = [
      `${answered} requests, ${answered} answers; the longest wait was ${longestWait.toFixed(1)} ms`,
    ];
    return { says, ok: true, evidence };
  } catch (error) {
    return { says, ok: false, evidence: [(error as Error).message] };
  }
}
