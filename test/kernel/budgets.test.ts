import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { constants } from '../../gateway/layout/index.ts';
import { periodOf } from '../../gateway/tables/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { back, from, icmpError, segments, tcp } from './packets.ts';
import { replay, runs } from './runs.ts';

const kinds = ['hour', 'day', 'week', 'month'] as const;
const clause = 'AgentPolicy/alpha#web';
const policies = (
  bytes: string,
  { per = 'hour', mode = 'enforce' } = {},
) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  mode: ${mode}
  workloads: {cidrs: [10.8.1.0/24]}
  budgets: {web: {bytes: ${bytes}, per: ${per}}}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443], budget: web}
    - {id: rest, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}
`;
const noon = Date.UTC(2027, 2, 1, 12);
const hour = 3_600_000;
const allowed = { passed: true, reason: 'allowed', clause };
const spent = { passed: false, reason: 'budget-spent', clause };
/** IP packets of 1000 bytes, whatever the frame around them has. */
const data = (path: Parameters<typeof tcp>[0]) => tcp(path, segments.data, Buffer.alloc(960));

describeKernel('a budget', () => {
  let plane: DataPlane;
  let port = 40000;
  const path = () => from('10.8.1.5', ++port).to('192.0.2.10');
  const bytes = (kind = 'hour') =>
    plane.tables.budgets.states().find((one) => one.clause === clause && one.per === kind)?.spent;

  beforeAll(() => {
    plane = new DataPlane();
  });
  beforeEach(async () => {
    plane.now = noon;
    plane.forgetFlows();
    await plane.use(policies('10kB'));
    const { sp_spent } = plane.maps;
    const number = plane.tables.budgets.number({ clause, per: 'hour' });
    const untouched = {
      lock: undefined,
      pad: 0,
      begins: 0n,
      ends: 0n,
      latest: 0n,
      look: 0n,
      bytes: 0n,
    };
    sp_spent.set(number, untouched);
  });
  afterAll(() => plane?.close());

  it('counts what passes in IP length, both ways, for all flows of its clause', () => {
    const [one, other] = [path(), path()];
    expect(plane.fromAgent(tcp(one))).toMatchObject(allowed);
    expect(bytes()).toBe(40);
    plane.toAgent(tcp(back(one), segments.synAck));
    expect(bytes()).toBe(80);
    plane.fromAgent(tcp(other));
    plane.toAgent(data(back(one)));
    expect(bytes()).toBe(1120);
    plane.fromAgent(tcp(from('10.8.1.5', ++port).to('192.0.2.200')));
    plane.fromAgent(tcp(from('10.8.1.5', ++port).to('192.0.2.10', 22)));
    expect(bytes()).toBe(1120);
  });

  it('lets the packet pass that reaches it, and none after: new flow, open flow, answer, or error', () => {
    const open = path();
    plane.fromAgent(tcp(open));
    for (let i = 0; i < 10; i++)
      expect(plane.fromAgent(data(open))).toMatchObject({ passed: true });
    expect(bytes()).toBe(10_040);
    const counted = plane.packets('budget-spent');
    expect(plane.fromAgent(data(open))).toMatchObject(spent);
    expect(plane.toAgent(data(back(open)))).toMatchObject(spent);
    expect(plane.toAgent(icmpError(back(open), data(open)))).toMatchObject(spent);
    expect(plane.fromAgent(tcp(path()))).toMatchObject(spent);
    expect(bytes()).toBe(10_040);
    expect(plane.packets('budget-spent')).toBe(counted + 4);
  });

  it.each([{ segments: 3, segmentSize: 960 }, { segments: 3 }, { segmentSize: 960 }])(
    'counts a packet that offloading has joined as the packets on the wire: %j',
    (joined) => {
      const open = path();
      plane.fromAgent(tcp(open));
      const frame = tcp(open, segments.data, Buffer.alloc(3 * 960));
      expect(plane.segmentsFromAgent(frame, joined)).toMatchObject({ passed: true });
      expect(bytes()).toBe(3040);
    },
  );

  it('begins anew with the next period, for flows that are open too', () => {
    const open = path();
    plane.fromAgent(tcp(open));
    while (plane.fromAgent(data(open)).passed);
    plane.now = noon + hour - 1;
    expect(plane.fromAgent(data(open))).toMatchObject(spent);
    plane.now = noon + hour;
    expect(plane.fromAgent(data(open))).toMatchObject({ passed: true, clause });
    expect(plane.toAgent(data(back(open)))).toMatchObject({ passed: true, clause });
    expect(bytes()).toBe(2000);
  });

  it('stops nothing in audit, but is counted on and told', async () => {
    await plane.use(policies('1kB', { mode: 'audit' }));
    const open = path();
    plane.fromAgent(tcp(open));
    expect(plane.fromAgent(data(open))).toMatchObject({ passed: true, reason: 'allowed' });
    const wouldDeny = { passed: true, reason: 'would-deny', clause };
    expect(plane.fromAgent(data(open))).toMatchObject(wouldDeny);
    expect(plane.fromAgent(tcp(path()))).toMatchObject(wouldDeny);
    expect(bytes()).toBe(2080);
  });

  describe('through changes of rules', () => {
    it('keeps what was spent, and has another limit count at once', async () => {
      const open = path();
      plane.fromAgent(tcp(open));
      plane.fromAgent(data(open));
      await plane.use(policies('1040B'));
      expect(plane.fromAgent(data(open))).toMatchObject(spent);
      await plane.use(policies('1041B'));
      expect(plane.fromAgent(data(open))).toMatchObject({ passed: true });
      expect(bytes()).toBe(2040);
    });

    it('keeps it while the clause is away', async () => {
      plane.fromAgent(tcp(path()));
      await plane.use(policies('10kB').replace('id: web', 'id: other'));
      expect(bytes()).toBe(40);
      await plane.use(policies('10kB'));
      plane.fromAgent(tcp(path()));
      expect(bytes()).toBe(80);
    });

    it('is put back where somebody else has changed its limit', async () => {
      const { sp_budgets } = plane.maps;
      const slot = Number(plane.tables.generation & 1n) * constants.MAX_BUDGETS;
      const key = slot + plane.tables.budgets.number({ clause, per: 'hour' });
      const written = sp_budgets.get(key);
      sp_budgets.set(key, { limit: 1n << 60n, per: 1, clause: 0 });
      const found = await plane.tables.readBack(async () => true);
      expect(found?.changes).toMatchObject([{ map: 'sp_budgets', change: 'changed' }]);
      found?.restore();
      expect(sp_budgets.get(key)).toEqual(written);
    });

    it('is another budget for another kind of period', async () => {
      plane.fromAgent(tcp(path()));
      await plane.use(policies('10kB', { per: 'day' }));
      plane.fromAgent(tcp(path()));
      expect([bytes('hour'), bytes('day')]).toEqual([40, 40]);
    });
  });

  describe('by the clock', () => {
    it('brings nothing back where it is set back', () => {
      plane.fromAgent(tcp(path()));
      plane.now = noon - hour;
      plane.fromAgent(tcp(path()));
      expect(bytes()).toBe(80);
      plane.now = noon;
      plane.fromAgent(tcp(path()));
      expect(bytes()).toBe(120);
      plane.now = noon + hour;
      plane.fromAgent(tcp(path()));
      expect(bytes()).toBe(40);
    });

    it('is not held up by a clock that was far ahead', () => {
      plane.now = noon + 24 * hour;
      plane.fromAgent(tcp(path()));
      plane.now = noon;
      plane.fromAgent(tcp(path()));
      expect(bytes()).toBe(80);
      plane.now = noon + hour;
      plane.fromAgent(tcp(path()));
      expect(bytes()).toBe(40);
    });

    it('goes on in the period that was where it is not known', () => {
      plane.fromAgent(tcp(path()));
      plane.now = 'unknown';
      plane.fromAgent(tcp(path()));
      expect(bytes()).toBe(80);
    });

    it.each(kinds)('turns each %s when the calendar does', async (per) => {
      await plane.use(policies('1GB', { per }));
      const { sp_spent } = plane.maps;
      const number = plane.tables.budgets.number({ clause, per });
      const instants = fc.integer({ min: 1, max: Date.UTC(2200, 0) }).chain((at) => {
        const { begins, ends } = periodOf(per, at);
        return fc.constantFrom(
          at,
          Math.max(begins, 1),
          ends - 1,
          ends,
          periodOf('day', begins).ends,
        );
      });
      fc.assert(
        fc.property(instants, (at) => {
          plane.now = at;
          plane.fromAgent(tcp(path()));
          const { begins = 0n, ends = 0n } = sp_spent.get(number) ?? {};
          const seen = { begins: Number(begins / 1_000_000n), ends: Number(ends / 1_000_000n) };
          expect(seen).toEqual(periodOf(per, at));
          expect(seen.begins).toBeLessThanOrEqual(at);
          expect(seen.ends).toBeGreaterThan(at);
        }),
        replay(runs(150)),
      );
    });
  });

  // Last: from here on the maps are another's.
  it('goes on for a process that takes over', async () => {
    plane.fromAgent(tcp(path()));
    await plane.use(policies('41B'), undefined, plane.successor());
    expect(plane.fromAgent(tcp(path()))).toMatchObject({ passed: true });
    expect(plane.fromAgent(tcp(path()))).toMatchObject(spent);
  });
});
