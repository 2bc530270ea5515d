import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRecording, RecordingError } from '../../src/traffic/index.ts';
import { line } from './flow-line.ts';
import { readAll, recordingFolder } from './temporary-recording.ts';

const none = { closed: 0, questions: 0, other: 0, malformed: 0, tooLong: 0, torn: 0 };

describe('openRecording', () => {
  it('reads what a gateway logs', async () => {
    const { flows } = await readAll(recordingFolder({ 'a.jsonl': line() }));
    expect(flows).toEqual([
      {
        at: '2026-11-23T10:00:00.000Z',
        agent: 'alpha',
        src: '10.8.1.2',
        dst: '192.0.2.1',
        protocol: 'tcp',
        port: 443,
        names: ['api.example.com'],
        decision: 'allow',
        reason: 'allowed',
        clause: 'AgentPolicy/alpha#web',
        policyVersion: '1.0.0',
        count: 1,
      },
    ]);
  });

  it('reads segments in the order of their names, those of several gateways too', async () => {
    const folder = recordingFolder({
      '2.jsonl': line({ agent: 'second' }),
      '1.jsonl': line({ agent: 'first' }),
      'notes.txt': line({ agent: 'not-a-segment' }),
    });
    mkdirSync(path.join(folder, 'gateway-b'));
    writeFileSync(path.join(folder, 'gateway-b', '1.jsonl'), line({ agent: 'third' }));
    const { flows, summary } = await readAll(folder);
    expect(flows.map(({ agent }) => agent)).toEqual(['first', 'second', 'third']);
    expect(summary.segments).toBe(3);
  });

  it('reads one file as well', async () => {
    const folder = recordingFolder({ 'a.jsonl': line(), 'b.jsonl': line() });
    const { flows } = await readAll(path.join(folder, 'a.jsonl'));
    expect(flows).toHaveLength(1);
  });

  it('leaves out, and counts, what is no flow', async () => {
    const text = [
      line({ kind: 'close', packets: [3, 2], bytes: [300, 200] }),
      line({ event: 'question', name: 'api.example.com', type: 'A' }),
      line({ event: 'applied', generation: 4 }),
      '{"event": "flow", "kind": "new"}\n',
      'oops\n',
      '[1]\n',
      `${'x'.repeat(100_000)}\n`,
      '\n',
      line({ kind: 'deny', decision: 'deny', reason: 'no-clause', clause: null }),
      line().slice(0, 80),
    ];
    const { flows, summary } = await readAll(recordingFolder({ 'a.jsonl': text.join('') }));
    expect(flows.map(({ reason }) => reason)).toEqual(['no-clause']);
    expect(summary.skipped).toEqual({
      closed: 1,
      questions: 1,
      other: 1,
      malformed: 3,
      tooLong: 1,
      torn: 1,
    });
  });

  it('keeps a last line that lacks only its end', async () => {
    const { flows, summary } = await readAll(recordingFolder({ 'a.jsonl': line().trimEnd() }));
    expect(flows).toHaveLength(1);
    expect(summary.skipped).toEqual(none);
  });

  it('joins a line that comes in many pieces', async () => {
    const filler = line({ agent: 'filler' }).repeat(5000);
    const { flows, summary } = await readAll(recordingFolder({ 'a.jsonl': filler + line() }));
    expect(flows).toHaveLength(5001);
    expect(flows.at(-1)?.agent).toBe('alpha');
    expect(summary.skipped).toEqual(none);
  });

  it('is not put off by a line without end, however long', async () => {
    const text = `${'y'.repeat(3_000_000)}\n${line()}${'z'.repeat(3_000_000)}`;
    const { flows, summary } = await readAll(recordingFolder({ 'a.jsonl': text }));
    expect(flows).toHaveLength(1);
    expect(summary.skipped.tooLong).toBe(2);
  });

  it('tells what was not recorded from what was none', async () => {
    const text = line({ names: undefined }) + line({ names: null }) + line({ names: [] });
    const { flows } = await readAll(recordingFolder({ 'a.jsonl': text }));
    expect(flows.map(({ names }) => names)).toEqual([null, null, []]);
  });

  it('keeps apart a server name, none, and one that was not recorded; likewise principals', async () => {
    const text =
      line({ sni: 'API.example.com', onBehalfOf: ['group:clerks'] }) +
      line({ sni: '', onBehalfOf: [] }) +
      line({ sni: null, onBehalfOf: null });
    const { flows } = await readAll(recordingFolder({ 'a.jsonl': text }));
    expect(flows.map(({ sni, onBehalfOf }) => [sni, onBehalfOf])).toEqual([
      ['api.example.com', ['group:clerks']],
      ['', []],
      [undefined, undefined],
    ]);
  });

  it('brings addresses, names, protocols and times into one form', async () => {
    const text = line({
      at: '2026-11-23T12:00:00+02:00',
      src: 'FD00:8:1:0::2',
      dst: '2001:DB8::1',
      protocol: 58,
      port: undefined,
      names: ['API.Example.com.'],
    });
    const { flows } = await readAll(recordingFolder({ 'a.jsonl': text }));
    expect(flows[0]).toMatchObject({
      at: '2026-11-23T10:00:00.000Z',
      src: 'fd00:8:1::2',
      dst: '2001:db8::1',
      protocol: 'icmp',
      names: ['api.example.com'],
    });
  });

  it.each([
    ['a port as text', { port: '443' }],
    ['a port too large', { port: 65536 }],
    ['no port', { port: undefined }],
    ['an address that is none', { dst: '192.0.2.1.5' }],
    ['addresses of two families', { src: 'fd00::1' }],
    ['no source', { src: undefined }],
    ['a name that is none', { names: ['a b'] }],
    ['a server name that is none', { sni: 'a b' }],
    ['a server name of what has none', { sni: 'a.example.com', protocol: 'udp' }],
    ['principals that are no list', { onBehalfOf: 'group:clerks' }],
    ['a time that is none', { at: 'yesterday' }],
    ['another decision', { decision: 'maybe' }],
    ['a count of nothing', { count: 0 }],
    ['a count beyond counting', { count: 1e300 }],
    ['an agent that is no text', { agent: 7 }],
    ['an agent without end', { agent: 'a'.repeat(300) }],
  ])('takes %s for malformed, also after a sound record like it', async (_, fields) => {
    const text = line() + line(fields);
    const { flows, summary } = await readAll(recordingFolder({ 'a.jsonl': text }));
    expect(flows).toHaveLength(1);
    expect(summary.skipped.malformed).toBe(1);
  });

  it('sums records that stand for several flows, and knows their times', async () => {
    const text =
      line({ at: '2026-11-23T11:00:00.000Z', count: 40 }) +
      line({ at: '2026-11-23T09:00:00.000Z' });
    const { summary } = await readAll(recordingFolder({ 'a.jsonl': text }));
    expect(summary).toMatchObject({
      flows: 41,
      from: '2026-11-23T09:00:00.000Z',
      to: '2026-11-23T11:00:00.000Z',
    });
  });

  it('never throws, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 200 }),
            fc.json().map((text) => Buffer.from(`${text}\n`)),
            fc
              .record(
                Object.fromEntries(
                  ['at', 'event', 'kind', 'decision', 'src', 'dst', 'names', 'port', 'count'].map(
                    (name) => [name, fc.jsonValue()],
                  ),
                ),
                { requiredKeys: [] },
              )
              .map((fields) => Buffer.from(line(fields))),
          ),
          { maxLength: 20 },
        ),
        async (pieces) => {
          const folder = recordingFolder({ 'a.jsonl': Buffer.concat(pieces) });
          const { flows, summary } = await readAll(folder);
          expect(summary.flows).toBeGreaterThanOrEqual(flows.length);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('follows no link and waits for no pipe', async () => {
    const elsewhere = recordingFolder({ 'secret.jsonl': line() });
    const folder = recordingFolder({ 'a.jsonl': line() });
    symlinkSync(path.join(elsewhere, 'secret.jsonl'), path.join(folder, 'b.jsonl'));
    execFileSync('mkfifo', [path.join(folder, 'c.jsonl')]);
    const { summary } = await readAll(folder);
    expect(summary).toMatchObject({ segments: 1, flows: 1 });
  });

  it('begins its count anew with each pass', async () => {
    const recording = await openRecording(recordingFolder({ 'a.jsonl': line() }));
    for (let pass = 0; pass < 2; pass++) {
      for await (const _ of recording.flows());
      expect(recording.summary.flows).toBe(1);
    }
  });

  it('says what is wrong with a place that is none', async () => {
    const missing = path.join(recordingFolder(), 'nowhere');
    await expect(openRecording(missing)).rejects.toThrow(RecordingError);
    await expect(openRecording(missing)).rejects.toThrow(/nowhere: it does not exist/);
    await expect(openRecording('/dev/null')).rejects.toThrow(/neither a folder nor a file/);
  });
});
