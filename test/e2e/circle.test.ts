import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  botComments,
  type ControlPlane,
  completedCheck,
  copyTree,
  forgeTree,
  mergeReceivedAt,
  readGitHub,
  startControlPlane,
  successfulDeployment,
  withTree,
} from '../../lab/control/index.ts';
import {
  addGateway,
  down,
  JsonLog,
  killGateway,
  type LogEvent,
  labPolicies,
  reloadGateway,
  runOn,
  up,
} from '../../lab/instance/index.ts';
import {
  describeLeftovers,
  findLeftovers,
  hostNamed,
  labInstance,
  waitFor,
  wallClock,
} from '../../lab/net/index.ts';
import {
  allRefused,
  brokenEdit,
  byAddress,
  byOwnDeny,
  edited,
  inRepository,
  ledgerAccess,
  ledgerMoved,
  openSession,
  propose,
  slip,
  startKnocking,
  stillEnforced,
  thaw,
} from '../../lab/scenarios/index.ts';
import { authorityCertificate, databasePorts } from '../../lab/services/index.ts';
import { expectHolds } from './expect-holds.ts';
import { isSkipped } from './requirements.ts';

const skipped = await isSkipped();
const instance = labInstance('circle');
const ledger = { address: hostNamed('ledger').ipv4.host, port: databasePorts.query } as const;
const deadline = 10_000;
let control: ControlPlane;
/** The pull request that narrows one agent and widens another. */
let change: { number: number; head: string };

const files = async (...names: string[]) =>
  Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [
        inRepository(name),
        await readFile(join(labPolicies, name), 'utf8'),
      ]),
    ),
  ) as Record<string, string>;

const applied = (commit: string) => (event: LogEvent) =>
  event.event === 'applied' && event.commit === commit;

/** All that the merged change has brought, and what was in force before it. */
async function expectChangeStands(): Promise<void> {
  await expectHolds(instance, stillEnforced(authorityCertificate(instance.runDirectory)));
  await expectHolds(instance, ledgerMoved);
}

beforeAll(async () => {
  if (skipped) return;
  await up(instance, { policies: labPolicies, withoutGateway: true });
  control = await startControlPlane(instance, await files('baseline.yaml'));
  await addGateway(instance, undefined, control.bundles);
}, 60_000);

afterAll(async () => {
  if (!skipped) await down(instance);
}, 30_000);

describe.skipIf(skipped)('from pull request to packet', { timeout: 60_000 }, () => {
  it('lets nothing through before there are rules', () => expectHolds(instance, allRefused));

  it('enforces what is merged, and names the commit in what it denies', async () => {
    const log = await JsonLog.fromNow(instance);
    const { number, head } = await control.github.openPullRequest({
      title: 'First agents',
      branch: 'first',
      files: await files('invoice-processor.yaml', 'research-assistant.yaml'),
    });
    expect(await completedCheck(control.github, head)).toMatchObject({ conclusion: 'success' });
    const commit = await control.github.mergePullRequest(number);
    await log.until('the rules', applied(commit), { deadline });
    await expectHolds(instance, byAddress);
    await expectHolds(instance, byOwnDeny);
    const clause = 'AgentPolicy/invoice-processor#no-ledger-administration';
    const isDenied = (event: LogEvent) => event.decision === 'deny' && event.clause === clause;
    expect(await log.until('a deny line', isDenied, { deadline })).toMatchObject({
      agent: 'invoice-processor',
      policyVersion: '1.0.0',
      commit,
    });
  });

  it('annotates a mistake on the very line, and fails the check', async () => {
    const path = inRepository(brokenEdit.file);
    const text = (await edited(control.github, [brokenEdit]))[path] ?? '';
    const line = text.split('\n').findIndex((one) => one.includes('443443')) + 1;
    const { number, head } = await propose(control.github, slip);
    const check = await completedCheck(control.github, head);
    expect(check.conclusion).toBe('failure');
    expect(check.annotations).toEqual([
      expect.objectContaining({ path, start_line: line, annotation_level: 'failure' }),
    ]);
    expect(await control.github.comments(number)).toEqual([]);
  });

  it('tells the impact of a change on the traffic that the gateway has recorded', async () => {
    // Somebody else's attempt at what the change will allow.
    await runOn(instance, 'research-assistant', [
      'curl',
      '-m1',
      `telnet://${ledger.address}:${ledger.port}`,
    ]);
    change = await propose(control.github, ledgerAccess);
    const { about } = await botComments(control.github, change);
    expect(about.author.login).toBe('sallyport[bot]');
    expect(about.body).toMatch(/\| `invoice-processor` \| 0 \| \*\*\d+\*\* \|/);
    expect(about.body).toMatch(/\| `research-assistant` \| \*\*\d+\*\* \| 0 \|/);
    expect(about.body).toContain('AgentPolicy/invoice-processor#ledger-frozen');
    expect(about.body).toContain('AgentPolicy/research-assistant#ledger-read');
    expect(await completedCheck(control.github, change.head)).toMatchObject({
      conclusion: 'success',
    });
  });

  it('keeps one comment when pushes follow each other quickly, for the newest head', async () => {
    const { github } = control;
    const { branch } = ledgerAccess;
    const good = await github.read(inRepository(brokenEdit.file), branch);
    const overtaken = await github.pushTo(branch, await edited(github, [brokenEdit], branch));
    const head = await github.pushTo(branch, { [inRepository(brokenEdit.file)]: good ?? '' });
    change = { ...change, head };
    expect(await completedCheck(github, head)).toMatchObject({ conclusion: 'success' });
    const { all } = await botComments(github, change);
    expect(all).toHaveLength(1);
    const ended = async () => {
      const runs = await github.checkRuns(overtaken);
      return runs.every(({ status }) => status === 'completed') && runs;
    };
    const runs = await waitFor('end of the checks of the first push', ended, { deadline });
    expect(runs.filter(({ conclusion }) => conclusion === 'success')).toEqual([]);
  });

  it('brings a merge to the next packets, cuts what is open, and shows it on GitHub', async () => {
    const { github, tree } = control;
    await copyTree(tree, `${tree}-older`);
    const session = await openSession(instance, { from: 'invoice-processor', ...ledger });
    const knocking = await startKnocking(
      instance,
      { from: 'research-assistant', ...ledger },
      deadline,
    );
    const delivered = (await github.deliveries()).length;
    const commit = await github.mergePullRequest(change.number);
    const [{ at }, { firstUnansweredAt }] = await Promise.all([
      knocking.connected(),
      session.cut(),
    ]);
    const changedAt = wallClock(Math.max(at, firstUnansweredAt));
    const ms = changedAt - (await mergeReceivedAt(control, delivered));
    expect(ms).toBeGreaterThan(0);
    expect(ms).toBeLessThan(3000);
    await expectChangeStands();
    const { environment } = await successfulDeployment(github, commit);
    expect(environment).toBe(control.bundles.group);
  });

  it('shows all this to whoever reads the API of the local GitHub', async () => {
    const command = readGitHub(instance, `/issues/${change.number}/comments`);
    const { output } = await runOn(instance, 'control', command);
    expect(JSON.parse(output)).toEqual([
      expect.objectContaining({ user: expect.objectContaining({ login: 'sallyport[bot]' }) }),
    ]);
  });

  it.each([
    ['forged', 'bad-signature'],
    ['older', 'rolled-back'],
  ])('refuses a repository that is %s, and the rules stand', async (kind, code) => {
    const other = `${control.tree}-${kind}`;
    if (kind === 'forged') await forgeTree(labPolicies, control.bundles.group, other);
    await withTree(control.tree, other, async () => {
      const log = await JsonLog.fromNow(instance);
      await reloadGateway(instance);
      const isRejected = ({ event }: LogEvent) => event === 'rejected';
      const { message } = await log.until('a rejection', isRejected, { deadline });
      expect(message).toContain(`${code}:`);
      await expectChangeStands();
    });
  });

  it('enforces without the server, through a kill and an adoption, and finds what it missed', async () => {
    await control.killServer();
    await killGateway(instance);
    await expectChangeStands();
    const { events } = await addGateway(instance);
    expect(events.map(({ event }) => event)).toContain('adopted');
    await expectChangeStands();

    const { number } = await propose(control.github, thaw);
    await control.github.mergePullRequest(number);
    const knocking = await startKnocking(
      instance,
      { from: 'invoice-processor', ...ledger },
      30_000,
    );
    await control.startServer();
    const { tries } = await knocking.connected();
    expect(tries).toBeGreaterThan(1);
  });

  it('leaves nothing behind', async () => {
    await down(instance);
    expect(describeLeftovers(await findLeftovers(instance))).toEqual([]);
  });
});
