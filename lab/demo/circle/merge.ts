import { mergeReceivedAt } from '../../control/index.ts';
import { JsonLog, type LogEvent } from '../../instance/index.ts';
import { hostNamed, monotonicNow, wallClock } from '../../net/index.ts';
import { openSession, startKnocking } from '../../scenarios/index.ts';
import { databasePorts } from '../../services/index.ts';
import { quoted } from '../quoted.ts';
import type { Check } from '../report.ts';
import type { Step } from '../step.ts';
import { denyLine } from '../steps/log-line.ts';
import { controlOf, pullRequestOf } from './control-of.ts';
import { keepOlderTree } from './forged.ts';

const patience = 10_000;
const { ipv4 } = hostNamed('ledger');
const at = { address: ipv4.host, port: databasePorts.query } as const;

/** From a click to packets: what was closed opens, what was open is cut. */
export const mergeChange: Step = {
  name: 'merge',
  title: 'It is merged: the first packets obey, an established connection is cut',
  async run(stage) {
    const { instance, signal } = stage;
    const control = controlOf(stage);
    const { number } = pullRequestOf(stage);
    const reader = { from: 'research-assistant', ...at } as const;
    const booker = { from: 'invoice-processor', ...at } as const;
    await keepOlderTree(stage);
    const session = await openSession(instance, booker, signal);
    const knocking = await startKnocking(instance, reader, patience, signal);
    const logs = {
      server: await JsonLog.fromNow(instance, 'server'),
      gateway: await JsonLog.fromNow(instance),
    };
    const delivered = (await control.github.deliveries()).length;

    const mergedAt = wallClock(monotonicNow());
    const commit = await control.github.mergePullRequest(number);
    stage.commit = commit;
    const [connected, cut] = await Promise.all([knocking.connected(), session.cut()]);
    const receipt = await mergeReceivedAt(control, delivered, signal);
    const allowed = wallClock(connected.at) - receipt;
    const denied = wallClock(cut.firstUnansweredAt) - receipt;
    const mergeToEnforcedMs = round(Math.max(allowed, denied));
    const isOf = (name: string) => (event: LogEvent) =>
      event.event === name && event.commit === commit;
    const options = { deadline: patience, signal };
    const published = await logs.server.until('the publication', isOf('publish'), options);
    const applied = await logs.gateway.until('the rules', isOf('applied'), options);
    const checks: Check[] = [
      {
        says: `${reader.from} reaches the ledger, which it could not before`,
        ok: allowed > 0,
        ms: allowed,
        evidence: [
          `merged as ${commit.slice(0, 7)}; connected at try ${connected.tries}, ${allowed.toFixed(1)} ms after the server had the webhook`,
          ...fields('server', published, ['seq', 'readMs', 'signMs', 'publishMs']),
          ...quoted(applied, ['sequence', 'commit', 'ms']),
        ],
      },
      {
        says: `${booker.from}: its open connection to the ledger gets no further packet`,
        ok: denied > 0,
        ms: denied,
        evidence: [`${cut.answered} requests answered, then none`],
      },
      await denyLine(stage, {
        agent: booker.from,
        clause: 'AgentPolicy/invoice-processor#ledger-frozen',
        policyVersion: '2.0.0',
        commit,
      }),
    ];
    const figures = {
      mergeToEnforcedMs,
      'merge button to enforced': round(
        wallClock(Math.max(connected.at, cut.firstUnansweredAt)) - mergedAt,
      ),
      'of it: policies read from GitHub': Number(published.readMs),
      'of it: signed': Number(published.signMs),
      'of it: published': Number(published.publishMs),
      'of it: fetched, verified and applied': Number(applied.ms),
    };
    return { checks, figures };
  },
};

function fields(who: string, event: LogEvent, names: readonly string[]): string[] {
  const values = Object.fromEntries(names.map((name) => [name, rounded(event[name])]));
  return [`${who}: ${JSON.stringify({ event: event.event, ...values })}`];
}

const rounded = (value: unknown) => (typeof value === 'number' ? round(value) : value);

const round = (ms: number) => Math.round(ms * 10) / 10;
