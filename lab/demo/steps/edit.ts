import { savePolicy } from '../../instance/index.ts';
import { hostNamed } from '../../net/index.ts';
import {
  applyEdit,
  freezeLedger,
  grantLedger,
  openSession,
  type PolicyEdit,
  startKnocking,
} from '../../scenarios/index.ts';
import { databasePorts } from '../../services/index.ts';
import type { Check } from '../report.ts';
import type { Stage, Step } from '../step.ts';
import { denyLine } from './log-line.ts';

const ledger = hostNamed('ledger');
const port = databasePorts.query;
const patience = 10_000;

/** Saves an edit in the folder that the gateway watches; gives the moment just before. */
async function saveEdit({ lab }: Stage, edit: PolicyEdit): Promise<number> {
  if (!lab) throw new Error('the lab is not up');
  return savePolicy(lab.policies, edit.file, (text) => applyEdit(text, edit));
}

/** A policy that allows more is obeyed by the next packet. */
export const widen: Step = {
  name: 'edit-widens',
  title: 'A policy file is edited to allow more, and the next packet obeys',
  async run(stage) {
    const from = 'research-assistant';
    const endpoint = { from, address: ledger.ipv4.host, port } as const;
    const knocking = await startKnocking(stage.instance, endpoint, patience, stage.signal);
    const savedAt = await saveEdit(stage, grantLedger);
    const { at, tries } = await knocking.connected();
    const ms = at - savedAt;
    const says = `${from} reaches the ledger, which it could not before`;
    const evidence = [
      `${grantLedger.file}: + ledger-read: {to: {cidr: ${ledger.ipv4.host}/32}, protocol: tcp, ports: [${port}]}`,
      `→ connected at try ${tries}; it began ${ms.toFixed(1)} ms after the file was saved`,
    ];
    const figures = { 'edit saved to first packet allowed': ms };
    return { checks: [{ says, ok: ms >= 0, ms, evidence }], figures };
  },
};

/** A policy that allows less cuts what is already open. */
export const narrow: Step = {
  name: 'edit-narrows',
  title: 'A policy file is edited to allow less: established connections are cut',
  async run(stage) {
    const { instance, signal } = stage;
    const from = 'invoice-processor';
    const open = (address: string) => openSession(instance, { from, address, port }, signal);
    const sessions = [await open(ledger.ipv4.host), await open(ledger.ipv6.host)];
    const savedAt = await saveEdit(stage, freezeLedger);
    const cuts = await Promise.all(sessions.map((session) => session.cut()));
    const checks = cuts.map(({ answered, firstUnansweredAt }, index): Check => {
      const ms = firstUnansweredAt - savedAt;
      const family = index === 0 ? 'IPv4' : 'IPv6';
      return {
        says: `${from}: the open connection to the ledger over ${family} gets no further packet`,
        ok: ms >= 0,
        ms,
        evidence: [
          `${freezeLedger.file}: + deny ledger-frozen, version 2.0.0`,
          `→ ${answered} requests answered, then none; the first lost one was sent ${ms.toFixed(1)} ms after the file was saved`,
        ],
      };
    });
    const line = await denyLine(stage, {
      agent: from,
      clause: 'AgentPolicy/invoice-processor#ledger-frozen',
      policyVersion: '2.0.0',
    });
    const figures = { 'edit saved to open connection cut': Math.max(...checks.map(msOf)) };
    return { checks: [...checks, line], figures };
  },
};

const msOf = ({ ms = 0 }: Check) => ms;
