import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { query } from './dns.ts';
import { back, from, type Path, segments, tcp } from './packets.ts';

const policies = (clauses: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]}
  windows:
    office: {days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00", timezone: Europe/Berlin}
  ${clauses}
`;
const web = 'to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]';
const inOffice = policies(`allow: [{id: web, ${web}, during: office}]`);
const outOfOffice = policies(`allow: [{id: web, ${web}}]
  deny: [{id: closed, ${web}, during: office}]`);
const untilMarch = policies(`allow: [{id: web, ${web}, expires: 2027-03-31}]`);

/** A Wednesday in winter time, when it is an hour later in Berlin. */
const morning = Date.UTC(2027, 2, 10, 7);
const evening = Date.UTC(2027, 2, 10, 17);
const endOfMarch = Date.UTC(2027, 3, 1);
const [minute, day] = [60_000, 86_400_000];
const denied = (clause: string | null, reason: string) => ({ passed: false, clause, reason });
const noClause = denied(null, 'no-clause');

describeKernel('time', () => {
  let plane: DataPlane;
  let port = 40000;
  beforeAll(() => {
    plane = new DataPlane();
  });
  beforeEach(() => {
    plane.now = undefined;
  });
  afterAll(() => plane.close());

  const syn = () => plane.fromAgent(tcp(from('10.8.1.5', ++port).to('192.0.2.1')));
  const at = (now: number | 'unknown') => {
    plane.now = now;
    return syn();
  };
  const begin = () => {
    const path = from('10.8.1.5', ++port).to('192.0.2.1');
    expect(plane.fromAgent(tcp(path)).passed).toBe(true);
    expect(plane.toAgent(tcp(back(path), segments.synAck)).passed).toBe(true);
    return path;
  };
  const sends = (path: Path) => plane.fromAgent(tcp(path, segments.data));
  const receives = (path: Path) => plane.toAgent(tcp(back(path), segments.data));

  describe('and new flows', () => {
    it('passes for an allow from the first instant of its window to the last', async () => {
      await plane.use(inOffice);
      plane.tables.lookAhead(morning);
      expect(at(morning - 1)).toMatchObject(noClause);
      expect(at(morning).passed).toBe(true);
      expect(at(evening - 1).passed).toBe(true);
      expect(at(evening)).toMatchObject(noClause);
    });

    it('is the machine’s where nobody gives another', async () => {
      await plane.use(policies(`allow: [{id: web, ${web}, expires: 2026-01-01}]`));
      expect(syn()).toMatchObject(noClause);
      await plane.use(policies(`allow: [{id: web, ${web}, expires: 2500-01-01}]`));
      expect(syn().passed).toBe(true);
    });

    it('is right however often windows were moved on', async () => {
      await plane.use(inOffice);
      for (let days = 0; days < 400; days += 9) {
        plane.tables.lookAhead(morning + days * day);
      }
      for (const days of [395, 396, 397, 398, 399, 400, 401, 402]) {
        const noon = morning + days * day + 240 * minute;
        const isWorkday = ![0, 6].includes(new Date(noon).getUTCDay());
        expect(at(noon).passed).toBe(isWorkday);
      }
    });

    it('that is not known opens no window, and closes every one that denies', async () => {
      await plane.use(inOffice);
      expect(at('unknown')).toMatchObject(noClause);
      await plane.use(outOfOffice);
      expect(at('unknown')).toMatchObject(denied('AgentPolicy/alpha#closed', 'denied'));
      await plane.use(untilMarch);
      expect(at('unknown')).toMatchObject(noClause);
    });

    it('beyond eight days without a process is not known', async () => {
      await plane.use(inOffice);
      plane.tables.lookAhead(morning);
      expect(at(morning + 8 * day - 1)).toMatchObject(noClause);
      expect(at(morning + 8 * day).passed).toBe(true);
      expect(at(morning + 15 * day)).toMatchObject(noClause);
      await plane.use(outOfOffice);
      expect(at(morning + 8 * day - 1).passed).toBe(true);
      expect(at(morning + 15 * day - 1).reason).toBe('denied');
    });
  });

  describe('and open flows', () => {
    it('ends what began in a window, on the next packet of either side', async () => {
      await plane.use(inOffice);
      plane.tables.lookAhead(morning);
      plane.now = evening - 1;
      const [one, other] = [begin(), begin()];
      expect([sends(one), receives(other)]).toMatchObject([{ passed: true }, { passed: true }]);
      plane.now = evening;
      expect(sends(one)).toMatchObject(noClause);
      expect(receives(other)).toMatchObject(noClause);
    });

    it('ends what a window denies as it opens', async () => {
      await plane.use(outOfOffice);
      plane.tables.lookAhead(morning);
      plane.now = morning - 1;
      const path = begin();
      plane.now = morning;
      expect(sends(path)).toMatchObject(denied('AgentPolicy/alpha#closed', 'denied'));
    });

    it('ends what expires at the end of its day', async () => {
      await plane.use(untilMarch);
      plane.now = endOfMarch - 1;
      const path = begin();
      expect(sends(path).passed).toBe(true);
      plane.now = endOfMarch;
      expect(sends(path)).toMatchObject(noClause);
    });

    it('that is set back judges anew', async () => {
      await plane.use(inOffice);
      plane.tables.lookAhead(morning);
      plane.now = morning;
      const path = begin();
      plane.now = morning - minute;
      expect(sends(path)).toMatchObject(noClause);
    });

    it('gives a flow to the clause that holds now', async () => {
      const clauses = [`{id: web, ${web}, during: office}`, `{id: rest, ${web}}`];
      await plane.use(policies(`allow: [${clauses}]`));
      plane.tables.lookAhead(morning);
      plane.now = evening - 1;
      const path = begin();
      expect(sends(path).clause).toBe('AgentPolicy/alpha#web');
      plane.now = evening;
      expect(sends(path)).toMatchObject({ passed: true, clause: 'AgentPolicy/alpha#rest' });
    });
  });

  it('ends what may be asked for', async () => {
    const host = '{id: api, to: {host: api.example.com}, protocol: tcp, ports: [443]';
    await plane.use(policies(`allow: [${host}, expires: 2027-03-31}]`));
    const ask = (now: number | 'unknown') => {
      plane.now = now;
      return plane.fromAgent(query('api.example.com'));
    };
    expect(ask(endOfMarch - 1).passed).toBe(true);
    expect(ask(endOfMarch)).toMatchObject(denied(null, 'dns-name'));
    expect(ask('unknown')).toMatchObject(denied(null, 'dns-name'));
  });

  it('is known to who takes over, and windows stay what they were', async () => {
    await plane.use(inOffice);
    plane.tables.lookAhead(morning);
    const next = plane.successor();
    expect(at(morning).passed).toBe(true);
    const lunch = inOffice.replace('"08:00", to: "18:00"', '"12:00", to: "13:00"');
    await plane.use(lunch, undefined, next);
    next.lookAhead(morning);
    expect(at(morning)).toMatchObject(noClause);
    expect(at(morning + 240 * minute).passed).toBe(true);
  });
});
