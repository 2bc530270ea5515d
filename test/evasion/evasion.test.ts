import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { constants } from '../../gateway/layout/index.ts';
import type { Attacks } from './attack.ts';
import { answerAttacks } from './attacks/answers.ts';
import { frameAttacks } from './attacks/frames.ts';
import { questionAttacks } from './attacks/questions.ts';
import { replyAttacks } from './attacks/replies.ts';
import { serverNameAttacks } from './attacks/server-names.ts';
import { addressAttacks } from './attacks/sources.ts';
import { stateAttacks } from './attacks/states.ts';
import { policies } from './policies.ts';
import { Range } from './range.ts';
import { describeEvasion } from './requirements.ts';

const { FLOWS_PER_AGENT } = constants;
const families: Readonly<Record<string, Attacks>> = {
  'frames that hide what they carry': frameAttacks,
  'addresses of others': addressAttacks,
  'packets that want to belong to what was allowed': stateAttacks,
  'questions that carry something out': questionAttacks,
  'answers that teach what is not so': answerAttacks,
  'connections that name another server': serverNameAttacks,
  'refusals that are to be answered, or not': replyAttacks,
};

describeEvasion('an attacker with a packet tool', () => {
  let range: Range;
  let port = 30_000;
  beforeAll(async () => {
    range = await Range.create(policies);
  });
  afterAll(() => range?.remove());

  describe.each(Object.entries(families))('%s', (_family, attacks) => {
    it.each(Object.entries(attacks))('%s', async (_name, steps) => {
      port++;
      for (const [
        at,
        { from, send, reaches, returned, reason = 'allowed', beside = {} },
      ] of steps.entries()) {
        const { sent, arrived, counted } = await range.send(from, [send].flat(), port);
        const others = Object.entries(arrived).filter(([host]) => host !== from);
        const came = Object.fromEntries(
          others.flatMap(([host, frames]) => (frames.length > 0 ? [[host, frames.length]] : [])),
        );
        const expected = { [reason]: sent + (beside[reason] ?? 0) };
        const back = returned === undefined ? {} : { back: arrived[from].length };
        expect({ step: at + 1, came, ...back, counted }).toEqual({
          step: at + 1,
          came: reaches ? { [reaches]: sent } : {},
          ...(returned === undefined ? {} : { back: returned }),
          counted: { ...beside, ...expected },
        });
      }
    });
  });

  it('writes the mark of our own replies on its packets, and is judged all the same', async () => {
    const mark = range.maps.sp_state.get(0)?.reply_mark ?? 0;
    expect(mark).not.toBe(0);
    for (const from of ['alpha', 'outside'] as const) {
      const [src, dst] = from === 'alpha' ? ['alpha', 'vault'] : ['vault', 'alpha'];
      const forged = `IP(src=${src}, dst=${dst})/TCP(sport=port, dport=443, flags="S")`;
      const { arrived, counted } = await range.send(from, [forged], port, mark);
      expect([arrived.alpha, arrived.beta, arrived.outside]).toEqual([[], [], []]);
      expect(counted).toEqual({ [from === 'alpha' ? 'no-clause' : 'no-ingress']: 1 });
    }
  });

  it('floods the flow table, and ends only its own new flows', async () => {
    const open = 'IP(src=alpha, dst=web)/TCP(sport=60000, dport=443, flags=';
    await range.send('alpha', [`${open}"S")`], port);
    const { sent, counted } = await range.send(
      'alpha',
      [`flood(IP(src=alpha, dst=hole)/TCP(dport=443), 40000)`],
      port,
    );
    expect(range.flows('alpha')).toBe(FLOWS_PER_AGENT);
    expect(counted['flow-table-full']).toBe(sent - (counted.allowed ?? 0));
    const refused = await range.send('alpha', ['IP(src=alpha, dst=web)/UDP(dport=5000)'], port);
    expect(refused.counted).toEqual({ 'flow-table-full': 1 });
    const known = await range.send('alpha', [`${open}"A")`], port);
    expect(known.arrived.outside).toHaveLength(1);
    const other = await range.send('beta', ['IP(src=beta, dst=web)/TCP(dport=443)'], port);
    expect(other.arrived.outside).toHaveLength(1);
  });
});
