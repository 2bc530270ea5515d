import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  answerStream,
  type Decider,
  decideLines,
  type FlowLine,
} from '../../src/flow-lines/index.ts';
import type { Verdict } from '../../src/rules/index.ts';

const verdict: Verdict = {
  ...{ decision: 'allow', reason: 'allowed', clause: null, mode: 'enforce', noted: null },
};
/** Answers with the port as the clause, so that an answer shows which line it is for. */
const byPort: Decider = (item: FlowLine) => ({
  ...verdict,
  clause: 'port' in item ? String(item.port) : null,
});

function line(port: number): string {
  return JSON.stringify({ agent: 'alpha', dst: '192.0.2.1', protocol: 'tcp', port });
}

async function answers(chunks: readonly string[], decider = byPort) {
  const found = [];
  for await (const answer of decideLines(Readable.from(chunks), decider)) found.push(answer);
  return found;
}

describe('decideLines', () => {
  it('answers each line in its order, however the text comes', async () => {
    const text = `${line(1)}\n${line(2)}\r\n\n${line(3)}`;
    const expected = ['1', '2', '3'];
    for (const size of [1, 7, 1000]) {
      const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      const clauses = (await answers(chunks)).map((answer) => JSON.parse(answer.text).clause);
      expect(clauses).toEqual(expected);
    }
  });

  it('puts an error in the place of a bad line, with its number', async () => {
    const found = await answers([`${line(1)}\n\noops\n${line(2)}\n`]);
    expect(found.map((answer) => answer.line)).toEqual([1, 3, 4]);
    expect(found.map((answer) => answer.error !== undefined)).toEqual([false, true, false]);
    expect(JSON.parse(found[1]?.text ?? '')).toEqual({
      error: {
        line: 3,
        message: 'This is not JSON',
        remedy: expect.stringContaining('JSON object'),
      },
    });
  });

  it('writes the keys of a verdict in one order, and a note only where there is one', async () => {
    const noted = { ...verdict, noted: 'Guardrail/trial#soon' };
    const [plain] = await answers([line(1)], () => verdict);
    const [remarked] = await answers([line(1)], async () => noted);
    expect(plain?.text).toBe(
      '{"decision":"allow","reason":"allowed","clause":null,"mode":"enforce"}',
    );
    expect(remarked?.text).toBe(
      '{"decision":"allow","reason":"allowed","clause":null,"mode":"enforce","noted":"Guardrail/trial#soon"}',
    );
  });

  it('does not keep a line without end, and goes on after it', async () => {
    const piece = 'x'.repeat(300_000);
    const found = await answers([piece, piece, piece, piece, piece, `\n${line(2)}\n`]);
    expect(found.map((answer) => answer.error?.message)).toEqual([
      'The line is longer than 1000000 characters',
      undefined,
    ]);
  });

  it('passes on what the decider throws', async () => {
    const failing: Decider = () => {
      throw new Error('the map is gone');
    };
    await expect(answers([line(1)], failing)).rejects.toThrow('the map is gone');
  });
});

describe('answerStream', () => {
  it('writes answers to one stream and what is wrong to another', async () => {
    const [output, errors] = [new PassThrough(), new PassThrough()];
    const input = Readable.from([Buffer.from(`${line(1)}\n{"dst": 1}\n`)]);
    expect(await answerStream({ input, output, errors }, byPort)).toBe(1);
    expect(String(output.read()).trimEnd().split('\n')).toHaveLength(2);
    expect(String(errors.read())).toMatch(/^line 2: .*Give text that is not empty/);
  });

  it('reads no further than a slow reader takes', async () => {
    let pulled = 0;
    const input = new Readable({
      read() {
        pulled++;
        this.push(pulled > 1000 ? null : `${line(pulled)}\n`);
      },
      highWaterMark: 1,
    });
    const taken: string[] = [];
    let pulledAtFirst = 0;
    const output = new Writable({
      highWaterMark: 1,
      write(chunk, _encoding, done) {
        if (String(chunk) !== '') taken.push(String(chunk));
        if (taken.length === 1) pulledAtFirst = pulled;
        setImmediate(done);
      },
    });
    await answerStream({ input, output, errors: new PassThrough() }, byPort);
    expect(taken).toHaveLength(1000);
    expect(pulledAtFirst).toBeLessThan(50);
  });

  it('ends quietly when nobody reads any more', async () => {
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const output = new Writable({ write: (_chunk, _encoding, done) => done(gone) });
    const lines = Array.from({ length: 5000 }, (_, i) => `${line((i % 1000) + 1)}\n`);
    const input = Readable.from(lines);
    expect(await answerStream({ input, output, errors: new PassThrough() }, byPort)).toBe(0);
    expect(input.destroyed).toBe(true);
  });

  it.each([1, 100])('fails where the output fails otherwise, after %d lines', async (length) => {
    const full = Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' });
    const output = new Writable({ write: (_chunk, _encoding, done) => setImmediate(done, full) });
    const input = Readable.from(Array.from({ length }, () => `${line(1)}\n`));
    const streams = { input, output, errors: new PassThrough() };
    await expect(answerStream(streams, byPort)).rejects.toThrow('ENOSPC');
  });
});
