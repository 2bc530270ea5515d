import { describe, expect, it } from 'vitest';
import { dig, http, query } from '../../lab/clients/index.ts';
import { type Attempt, isAsExpected } from '../../lab/scenarios/index.ts';

const web: Attempt = {
  says: '',
  from: 'invoice-processor',
  client: http('10.0.0.1', 80),
  expect: 'answered',
  answer: 'hello',
};
const denied: Attempt = { ...web, expect: 'silence' };

describe('isAsExpected', () => {
  it('wants the right answer, not any', () => {
    expect(isAsExpected(web, { exitCode: 0, output: 'hello there' })).toBe(true);
    expect(isAsExpected(web, { exitCode: 0, output: 'a captive portal' })).toBe(false);
    expect(isAsExpected(web, { exitCode: 28, output: 'hello' })).toBe(false);
  });

  it('takes only a time-out for silence', () => {
    const { answer: _, ...silent } = denied;
    expect(isAsExpected(silent, { exitCode: 28, output: 'timed out' })).toBe(true);
    for (const exitCode of [0, 6, 7, 35, 60, 127]) {
      expect(isAsExpected(silent, { exitCode, output: '' }), `curl ${exitCode}`).toBe(false);
    }
  });

  it.each([
    ['dig', dig('10.0.0.1', 'a.example', 'A'), 9, 0],
    ['the database client', query('10.0.0.1', 5432, 'x'), 4, 5],
  ])('knows how %s says that nothing came back', (_name, client, silence, other) => {
    const attempt: Attempt = { says: '', from: 'billing', client, expect: 'silence' };
    expect(isAsExpected(attempt, { exitCode: silence, output: '' })).toBe(true);
    expect(isAsExpected(attempt, { exitCode: other, output: '' })).toBe(false);
  });

  it('tells a refusal by the gateway from an answer', () => {
    const client = dig('10.0.0.1', 'a.example', 'A');
    const refused: Attempt = { says: '', from: 'billing', client, expect: 'refused' };
    const answered: Attempt = { ...refused, expect: 'answered' };
    const told = '; EDE: 15 (Blocked): (sallyport: agent "x" may not ask for this name (dns-name))';
    expect(isAsExpected(refused, { exitCode: 0, output: told })).toBe(true);
    expect(isAsExpected(answered, { exitCode: 0, output: told })).toBe(false);
    for (const output of ['', '; EDE: 15 (Blocked)', ';; status: NXDOMAIN']) {
      expect(isAsExpected(refused, { exitCode: 0, output })).toBe(false);
      expect(isAsExpected(answered, { exitCode: 0, output })).toBe(true);
    }
    expect(isAsExpected(refused, { exitCode: 9, output: '' })).toBe(false);
  });
});
