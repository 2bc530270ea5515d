import { describe, expect, test } from 'vitest';
import { agentWith, codes, guardrail, parse, placeOf, places } from './samples.ts';

/** An agent with these windows and budgets, and a clause that states `rest`. */
function agentSaying(definitions: string, rest: string): string {
  return agentWith(`${definitions}\nallow: {one: {to: {any: true}, ${rest}}}`);
}

describe('windows (K5)', () => {
  const window = (fields: string) => agentSaying(`windows: {w: {${fields}}}`, 'during: w');

  test('one that is in order', () => {
    const text = window('days: [sun, mon], from: "22:00", to: "06:30", timezone: Europe/Berlin');
    const { policySet, problems } = parse(text);
    expect(problems).toEqual([]);
    expect(policySet.agents[0]?.windows).toEqual({
      w: { days: ['mon', 'sun'], from: 22 * 60, to: 6 * 60 + 30, timezone: 'Europe/Berlin' },
    });
    expect(policySet.agents[0]?.allow[0]?.during).toBe('w');
  });

  test('absent `days` are all of the week, and `24:00` is its end', () => {
    const [agent] = parse(window('from: "00:00", to: "24:00", timezone: UTC')).policySet.agents;
    expect(agent?.windows.w).toEqual({
      days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
      from: 0,
      to: 1440,
      timezone: 'UTC',
    });
  });

  test('times need no quotes', () => {
    expect(codes(window('from: 08:00, to: 18:00, timezone: UTC'))).toEqual([]);
  });

  test.each([
    ['SP319', 'from: "09:00", to: "09:00", timezone: UTC', '"09:00", timezone', 'whole day'],
    ['SP212', 'from: "24:00", to: "06:00", timezone: UTC', '"24:00"', '00:00 to 23:59'],
    ['SP212', 'from: "8:00", to: "18:00", timezone: UTC', '"8:00"', 'time of day'],
    ['SP212', 'from: "08:00", to: "24:01", timezone: UTC', '"24:01"', '24:00'],
    ['SP212', 'from: "08:60", to: "18:00", timezone: UTC', '"08:60"', 'time of day'],
    ['SP318', 'from: "08:00", to: "18:00", timezone: Europe/Berlni', 'Europe/B', '`Europe/Berlin`'],
    ['SP318', 'from: "08:00", to: "18:00", timezone: europe/berlin', 'europe/b', '`Europe/Berlin`'],
    ['SP318', 'from: "08:00", to: "18:00", timezone: "+01:00"', '"+01', 'Europe/Berlin'],
    ['SP318', 'from: "08:00", to: "18:00", timezone: ""', '""', 'Europe/Berlin'],
    ['SP209', 'from: "08:00", to: "18:00"', 'w: {from', 'add `timezone`'],
    ['SP213', 'days: [], from: "08:00", to: "18:00", timezone: UTC', '[]', 'add an item'],
    ['SP213', 'days: [mon, mon], from: "08:00", to: "18:00", timezone: UTC', '[mon', 'remove one'],
    ['SP211', 'days: [monday], from: "08:00", to: "18:00", timezone: UTC', 'monday', '`mon`'],
  ])('%s: %s', (code, fields, at, remedy) => {
    const text = window(fields);
    expect(places(text)).toEqual([placeOf(code, text, at)]);
    expect(parse(text).problems[0]?.remedy).toContain(remedy);
  });

  test.each(['Asia/Kolkata', 'Europe/Kyiv', 'US/Pacific', 'Etc/GMT+5', 'America/Port-au-Prince'])(
    'the zone %s exists, and stays as written',
    (timezone) => {
      const { policySet } = parse(window(`from: "08:00", to: "18:00", timezone: ${timezone}`));
      expect(policySet.agents[0]?.windows.w?.timezone).toBe(timezone);
    },
  );

  test('a window that the document does not define', () => {
    const windows = 'windows: {office: {from: "08:00", to: "18:00", timezone: UTC}}';
    const text = `${agentSaying(windows, 'during: ofice')}  deny: {two: {to: {any: true}, during: office}}`;
    expect(places(text)).toEqual([placeOf('SP320', text, 'ofice')]);
    expect(parse(text).problems[0]?.remedy).toBe('did you mean `office`?');
    expect(parse(agentSaying('', 'during: night')).problems[0]?.remedy).toContain('spec.windows');
  });

  test('names of JavaScript’s own objects are names like others', () => {
    expect(codes(agentSaying('', 'during: constructor'))).toEqual(['SP320']);
    expect(codes(agentSaying('', 'budget: constructor'))).toEqual(['SP321']);
    const own = 'windows: {constructor: {from: "08:00", to: "18:00", timezone: UTC}}';
    expect(codes(agentSaying(own, 'during: constructor'))).toEqual([]);
  });

  test('a guardrail’s own windows hold in its clauses, an agent’s do not', () => {
    const windows = 'windows: {w: {from: "08:00", to: "18:00", timezone: UTC}}';
    const clause = 'deny: {d: {to: {any: true}, during: w}}';
    expect(codes(guardrail('g', `${windows}\n${clause}`))).toEqual([]);
    const agent = agentWith(`${windows}\n${clause}`);
    expect(codes(agent, guardrail('g', clause))).toEqual(['SP320']);
  });

  test('ingress clauses name windows too', () => {
    expect(codes(agentWith('ingress: {allow: {a: {from: {any: true}, during: w}}}'))).toEqual([
      'SP320',
    ]);
  });
});

describe('budgets (K6)', () => {
  const budget = (fields: string) => agentSaying(`budgets: {b: {${fields}}}`, 'budget: b');
  const bytesOf = (fields: string) => parse(budget(fields)).policySet.agents[0]?.budgets.b?.bytes;

  test.each([
    ['500MB', 500_000_000],
    ['500 MB', 500_000_000],
    ['1kB', 1000],
    ['1KiB', 1024],
    ['2GiB', 2 ** 31],
    ['1TB', 1e12],
    ['7B', 7],
    ['1500000', 1_500_000],
  ])('%s are %d bytes', (text, bytes) => {
    expect(bytesOf(`bytes: ${text}, per: hour`)).toBe(bytes);
  });

  test('tokens are bytes, four each unless the policy says otherwise', () => {
    expect(bytesOf('tokens: 1000, per: week')).toBe(4000);
    expect(bytesOf('tokens: 1000, bytesPerToken: 6, per: month')).toBe(6000);
    expect(parse(budget('tokens: 1000, per: day')).policySet.agents[0]?.budgets.b).toEqual({
      per: 'day',
      bytes: 4000,
      tokens: { count: 1000, bytesPerToken: 4 },
    });
  });

  test.each([
    ['SP212', 'bytes: 500Mb, per: day', '500Mb', '500MB'],
    ['SP212', 'bytes: 0MB, per: day', '0MB', '500MB'],
    ['SP212', 'bytes: 1.5GB, per: day', '1.5GB', '500MB'],
    ['SP212', 'bytes: "1500000", per: day', '"15', '500MB'],
    ['SP213', 'bytes: 0, per: day', '0,', '500MB'],
    ['SP322', 'bytes: 9008TB, per: day', '9008TB', 'smaller'],
    ['SP322', 'bytes: 99999999999TiB, per: day', '99999999999', 'smaller'],
    ['SP322', 'tokens: 9007199254740991, per: day', '9007', 'smaller'],
    ['SP211', 'bytes: 1MB, per: year', 'year', 'one of these'],
    ['SP209', 'bytes: 1MB', 'b: {', 'add `per`'],
    ['SP216', 'per: day', 'b: {', 'one of them'],
    ['SP216', 'bytes: 1MB, tokens: 5, per: day', 'b: {', 'one of them'],
    ['SP216', 'bytes: 1MB, bytesPerToken: 5, per: day', 'bytesPer', '`tokens`'],
  ])('%s: %s', (code, fields, at, remedy) => {
    const text = budget(fields);
    expect(places(text)).toEqual([placeOf(code, text, at)]);
    expect(parse(text).problems[0]?.remedy).toContain(remedy);
  });

  test('a budget that the document does not define', () => {
    const clauses = 'one: {to: {any: true}, budget: uplod}, two: {to: {any: true}, budget: upload}';
    const text = agentWith(`budgets: {upload: {bytes: 1MB, per: day}}\nallow: {${clauses}}`);
    expect(places(text)).toEqual([placeOf('SP321', text, 'uplod')]);
    expect(parse(text).problems[0]?.remedy).toBe('did you mean `upload`?');
  });
});

describe('expiry (K7)', () => {
  const expiring = (day: string) => agentSaying('', `expires: ${day}`);

  test.each(['2027-03-31', '2028-02-29', '"2027-12-31"'])('%s is a day', (day) => {
    expect(codes(expiring(day))).toEqual([]);
  });

  test.each([
    ['SP323', '2027-02-29'],
    ['SP323', '2027-04-31'],
    ['SP323', '2027-13-01'],
    ['SP323', '2027-00-10'],
    ['SP212', '31.03.2027'],
    ['SP212', '2027-3-31'],
    ['SP212', '2027-03-31T00:00:00Z'],
  ])('%s: %s', (code, day) => {
    const text = expiring(day);
    expect(places(text)).toEqual([placeOf(code, text, day)]);
  });
});
