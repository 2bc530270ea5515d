import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addGateway,
  down,
  JsonLog,
  killGateway,
  type LabState,
  type LogEvent,
  labPolicies,
  logOf,
  savePolicy,
  status,
  up,
} from '../../lab/instance/index.ts';
import {
  command,
  describeLeftovers,
  findLeftovers,
  hostNamed,
  hosts,
  labInstance,
} from '../../lab/net/index.ts';
import {
  applyEdit,
  brokenEdit,
  byAddress,
  byDefault,
  byGuardrail,
  byName,
  byOwnDeny,
  deniedScenarios,
  dnsTunnel,
  dnsTunnelUngoverned,
  freezeLedger,
  grantLedger,
  lateralMove,
  openSession,
  type PolicyEdit,
  startKnocking,
  stillEnforced,
  tunnelMarks,
  ungoverned,
} from '../../lab/scenarios/index.ts';
import { authorityCertificate, databasePorts, questionsLogged } from '../../lab/services/index.ts';
import { expectHolds } from './expect-holds.ts';
import { isSkipped } from './requirements.ts';

const skipped = await isSkipped();
const instance = labInstance('e2e');
const authority = authorityCertificate(instance.runDirectory);
const ledger = hostNamed('ledger');
const port = databasePorts.query;
let lab: LabState;

const save = (edit: PolicyEdit) =>
  savePolicy(lab.policies, edit.file, (text) => applyEdit(text, edit));

async function denyLine(fields: Record<string, unknown>): Promise<LogEvent> {
  const matches = (event: LogEvent) =>
    event.decision === 'deny' &&
    Object.entries(fields).every(([field, value]) => event[field] === value);
  return JsonLog.fromStart(instance).until('a deny line', matches, { deadline: 3000 });
}

afterAll(async () => {
  if (!skipped) await down(instance);
}, 30_000);

describe.skipIf(skipped)('a lab without a gateway', { timeout: 60_000 }, () => {
  it('lets through everything that the policies deny, so nothing but the gateway denies it', async () => {
    await up(instance, { policies: labPolicies, withoutGateway: true });
    for (const scenario of deniedScenarios(authority))
      await expectHolds(instance, ungoverned(scenario));
  });
});

describe.skipIf(skipped)('a lab with a gateway', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    lab = await up(instance, { policies: labPolicies, copyPolicies: true });
  }, 60_000);

  describe('with the policies as written', () => {
    it('is wholly up', async () => {
      expect(await status(instance)).toMatchObject({
        state: 'up',
        gateway: { running: true },
        pinned: true,
      });
    });

    it('lets agents reach what they may by name, over IPv4 and IPv6, once they have asked', () =>
      expectHolds(instance, byName(authority)));

    it('lets agents reach what they may by address', () => expectHolds(instance, byAddress));

    it('denies what no clause allows', () => expectHolds(instance, byDefault(authority)));

    it('denies what the policy’s own deny cuts out, and says so', async () => {
      await expectHolds(instance, byOwnDeny);
      await denyLine({
        agent: 'invoice-processor',
        clause: 'AgentPolicy/invoice-processor#no-ledger-administration',
        policyVersion: '1.0.0',
      });
    });

    it('denies what a guardrail denies, though the policy allows it, and says so', async () => {
      await expectHolds(instance, byGuardrail);
      await denyLine({ agent: 'research-assistant', clause: 'Guardrail/baseline#no-vault' });
    });

    it('denies one agent the other', () => expectHolds(instance, lateralMove));

    it('lets no question of a DNS tunnel reach a resolver', async () => {
      await expectHolds(instance, dnsTunnel);
      await expectHolds(instance, dnsTunnelUngoverned);
      for (const server of ['resolver-dns', 'attacker-dns']) {
        const log = logOf(instance, server);
        expect(await questionsLogged(log, `.${tunnelMarks.governed}.`)).toBe(0);
        expect(await questionsLogged(log, `.${tunnelMarks.ungoverned}.`)).toBeGreaterThan(0);
      }
    });
  });

  describe('while policies are edited', () => {
    it('opens what an edit allows', async () => {
      const endpoint = { from: 'research-assistant', address: ledger.ipv4.host, port } as const;
      const knocking = await startKnocking(instance, endpoint, 10_000);
      const savedAt = await save(grantLedger);
      const { at } = await knocking.connected();
      expect(at - savedAt).toBeGreaterThan(0);
      expect(at - savedAt).toBeLessThan(2000);
    });

    it('cuts open connections that an edit no longer allows', async () => {
      const from = 'invoice-processor';
      const addresses = [ledger.ipv4.host, ledger.ipv6.host];
      const sessions = await Promise.all(
        addresses.map((address) => openSession(instance, { from, address, port })),
      );
      const savedAt = await save(freezeLedger);
      for (const session of sessions) {
        const { answered, firstUnansweredAt } = await session.cut();
        expect(answered).toBeGreaterThan(0);
        expect(firstUnansweredAt - savedAt).toBeLessThan(2000);
      }
      await denyLine({
        agent: from,
        clause: 'AgentPolicy/invoice-processor#ledger-frozen',
        policyVersion: '2.0.0',
      });
    });

    it('keeps the last good rules when an edit is broken, and reports where', async () => {
      const log = await JsonLog.fromNow(instance);
      let good = '';
      await savePolicy(lab.policies, brokenEdit.file, (text) => {
        good = text;
        return applyEdit(text, brokenEdit);
      });
      const { problems } = await log.until('a rejection', ({ event }) => event === 'rejected', {
        deadline: 5000,
      });
      expect(problems).toEqual([
        expect.objectContaining({ file: expect.stringContaining(brokenEdit.file), line: 16 }),
      ]);
      await expectHolds(instance, stillEnforced(authority));
      await savePolicy(lab.policies, brokenEdit.file, () => good);
    });
  });

  describe('when the gateway process is killed', () => {
    it('goes on enforcing, and a new process takes over without a gap', async () => {
      const from = 'research-assistant';
      const session = await openSession(instance, { from, address: ledger.ipv4.host, port });
      await killGateway(instance);
      expect(await status(instance)).toMatchObject({
        state: 'partly',
        gateway: { running: false },
      });
      await expectHolds(instance, stillEnforced(authority));

      const { events } = await addGateway(instance);
      expect(events.map(({ event }) => event)).toContain('adopted');
      await expectHolds(instance, stillEnforced(authority));
      const { answered } = await session.end();
      expect(answered).toBeGreaterThan(0);
    });
  });

  describe('at the end', () => {
    it('leaves nothing behind', async () => {
      await down(instance);
      expect(describeLeftovers(await findLeftovers(instance))).toEqual([]);
      expect(await status(instance)).toMatchObject({ state: 'down' });
    });

    it('never puts a link into the machine’s own namespace', async () => {
      await up(instance, { policies: labPolicies, withoutGateway: true });
      const shown = await command('ip', ['-json', 'link', 'show']);
      const links = (JSON.parse(shown) as { ifname: string }[]).map(({ ifname }) => ifname);
      for (const { gatewayInterface } of hosts) expect(links).not.toContain(gatewayInterface);
      await down(instance);
    });

    it('finds and removes what a command that was killed has left', async () => {
      const main = fileURLToPath(new URL('../../lab/main.ts', import.meta.url));
      const args = [main, '--instance', instance.name, 'up', '--no-gateway'];
      const killed = spawn(process.execPath, args, { stdio: 'ignore' });
      await expect
        .poll(async () => (await findLeftovers(instance)).processes.length, { timeout: 20_000 })
        .toBeGreaterThan(2);
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      expect(await status(instance)).toMatchObject({ state: 'partly' });
      await down(instance);
      expect(describeLeftovers(await findLeftovers(instance))).toEqual([]);
    });

    it('leaves nothing behind when it is interrupted while it is built', async () => {
      for (const stage of ['namespaces, links and keys', 'services']) {
        const abort = new AbortController();
        const building = up(instance, {
          policies: labPolicies,
          signal: abort.signal,
          onStage: (name) => name === stage && abort.abort(new Error('interrupted')),
        });
        await expect(building).rejects.toThrow('interrupted');
        expect(describeLeftovers(await findLeftovers(instance))).toEqual([]);
      }
    });
  });
});
