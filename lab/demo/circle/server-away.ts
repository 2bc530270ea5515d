import { hostNamed, waitFor } from '../../net/index.ts';
import { ledgerMoved, propose, startKnocking, stillEnforced, thaw } from '../../scenarios/index.ts';
import { authorityCertificate, databasePorts } from '../../services/index.ts';
import { checkScenario } from '../check-scenario.ts';
import type { Step } from '../step.ts';
import { controlOf } from './control-of.ts';

const patience = 15_000;

/** Rules do not need the server that they came from. */
export const loseServer: Step = {
  name: 'server-killed',
  title: 'The server is killed with -9, and enforcement goes on',
  async run(stage) {
    const control = controlOf(stage);
    const pid = await control.killServer();
    const gone = { says: 'the process is gone', ok: true, evidence: [`$ kill -9 ${pid}`] };
    const scenarios = [
      stillEnforced(authorityCertificate(stage.instance.runDirectory)),
      ledgerMoved,
    ];
    const stands = await Promise.all(scenarios.map((one) => checkScenario(stage, one)));
    return { checks: [gone, ...stands.flat()] };
  },
};

/** Nor does what is merged meanwhile get lost, though its webhooks came to nobody. */
export const returnServer: Step = {
  name: 'server-back',
  title: 'A change is merged while the server is away; it comes back, and the change is enforced',
  async run(stage) {
    const { instance, signal } = stage;
    const control = controlOf(stage);
    const { number } = await propose(control.github, thaw);
    stage.commit = await control.github.mergePullRequest(number);
    const told = async () => {
      const deliveries = await control.github.deliveries();
      return deliveries.findLast(({ event, statusCode }) => event === 'push' && statusCode >= 400);
    };
    const lost = await waitFor('the lost webhook', told, { deadline: 5000, signal });
    const from = 'invoice-processor';
    const endpoint = {
      from,
      address: hostNamed('ledger').ipv4.host,
      port: databasePorts.query,
    } as const;
    const knocking = await startKnocking(instance, endpoint, patience, signal);
    const start = performance.now();
    await control.startServer();
    const ready = performance.now() - start;
    await knocking.connected();
    const ms = performance.now() - start;
    const checks = [
      {
        says: `pull request #${number}, “${thaw.title}”, is merged; its webhooks are lost`,
        ok: true,
        evidence: [`delivery of ${lost.event}: ${lost.statusCode} ${lost.status}`],
      },
      {
        says: 'the server is back',
        ok: true,
        ms: ready,
        evidence: [`ready after ${ready.toFixed(0)} ms`],
      },
      {
        says: `${from} reaches the ledger again: what no webhook told was found`,
        ok: true,
        ms,
        evidence: [`connected ${ms.toFixed(0)} ms after the server was started`],
      },
    ];
    return { checks, figures: { 'server restarted to missed merge enforced': ms } };
  },
};
