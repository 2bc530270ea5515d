import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dnsResponse, wireName } from '../../gateway/judge/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { addressRecord, backOf, cname, pointer, query, types } from './dns.ts';
import { udp } from './packets.ts';
import { replay, runs } from './runs.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]}
  allow: [{id: site, to: {host: "**.example.com"}, protocol: tcp, ports: [443]}]
`;

const name = 'api.example.com';
const question = { id: 1, name, type: types.A };
const here = addressRecord('93.184.215.14');
const there = '93.184.215.99';
const firstRecord = 12 + wireName(name).length + 4;
const good = dnsResponse(question, [here]);

describeKernel('answers that are not well-formed', () => {
  let plane: DataPlane;
  let srcPort = 30000;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies);
  });
  afterAll(() => plane.close());

  /** What becomes of this answer to a question that was just asked. */
  const answered = (payload: Buffer) => {
    expect(plane.fromAgent(query(name, types.A, { srcPort: ++srcPort })).passed).toBe(true);
    return plane.toAgent(udp(backOf({ srcPort }), payload));
  };
  const learnedAll = () => [...plane.maps.sp_learned.keys()];

  it.each<[string, Buffer]>([
    ['a pointer to itself', dnsResponse(question, [{ ...here, owner: pointer(firstRecord) }])],
    ['a pointer forward', dnsResponse(question, [{ ...here, owner: pointer(firstRecord + 4) }])],
    [
      'a pointer cut in half',
      announced(Buffer.concat([dnsResponse(question, []), Buffer.from([0xc0])]), 1),
    ],
    ['pointers in a ring', ring()],
    [
      'a label of a reserved kind',
      dnsResponse(question, [{ ...here, owner: Buffer.from([0x80, 0]) }]),
    ],
    ['a label beyond the end', dnsResponse(question, [{ ...here, owner: Buffer.from([63, 97]) }])],
    ['a record cut short', good.subarray(0, -1)],
    ['a record without data', good.subarray(0, -4)],
    ['a record without fields', good.subarray(0, firstRecord + 4)],
    ['more records announced than there are', announced(good, 2)],
    [
      'more records than an answer may have',
      announced(dnsResponse(question, Array(65).fill(here)), 65),
    ],
    ['a length beyond the packet', edit(good, good.length - 6, 0xff)],
    [
      'a CNAME target shorter than its record',
      target((name) => Buffer.concat([name, Buffer.alloc(3)])),
    ],
    ['a CNAME target longer than its record', target((name) => name.subarray(0, -3))],
    ['another class', edit(good, firstRecord - 1, 3)],
    ['two questions', edit(good, 5, 2)],
    ['no question', edit(good, 5, 0)],
    ['only a header', good.subarray(0, 12)],
    ['nothing', Buffer.alloc(0)],
  ])('are dropped and teach nothing: %s', (_title, payload) => {
    const before = learnedAll().length;
    expect(answered(payload)).toMatchObject({ passed: false, reason: 'dns-malformed' });
    expect(learnedAll()).toHaveLength(before);
  });

  it('teach nothing, not even what was sound before the fault', () => {
    const records = [addressRecord(there), { ...here, owner: pointer(0x3fff) }];
    expect(answered(dnsResponse(question, records)).passed).toBe(false);
    expect(plane.learned('alpha', there)).toEqual([]);
  });

  it('leave the question open for the answer that is', () => {
    expect(answered(good.subarray(0, -1)).passed).toBe(false);
    expect(plane.toAgent(udp(backOf({ srcPort }), good)).passed).toBe(true);
    expect(plane.learned('alpha', '93.184.215.14')).toMatchObject([{ name }]);
  });

  describe('at random', () => {
    const chain = dnsResponse(question, [
      cname('edge.cdn.net'),
      addressRecord('93.184.215.1', 'edge.cdn.net'),
      addressRecord('93.184.215.2', pointer(firstRecord + 12)),
    ]);

    it('never teach a name other than the one asked', () => {
      const sound = fc.constantFrom(good, chain);
      const change = fc.record({ at: fc.nat(chain.length), byte: fc.nat(255) });
      const answers = fc.record({
        sound,
        changes: fc.array(change, { minLength: 1, maxLength: 4 }),
      });
      fc.assert(
        fc.property(answers, fc.nat(chain.length), ({ sound, changes }, cut) => {
          const bytes = Buffer.from(sound);
          // Id and question stay: what else is in doubt is read at all only then.
          for (const { at, byte } of changes)
            bytes[firstRecord + (at % (bytes.length - firstRecord))] = byte;
          const payload = cut < bytes.length / 4 ? bytes.subarray(0, bytes.length - cut) : bytes;
          answered(payload);
          for (const key of plane.maps.sp_names.keys()) {
            expect(nameOf(plane, key)).toBe(name);
          }
        }),
        replay(runs(3000)),
      );
    });

    it('are dropped where they are noise', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 600 }), (noise) => {
          expect(answered(Buffer.from(noise))).toMatchObject({
            passed: false,
            reason: 'dns-malformed',
          });
        }),
        replay(runs(1000)),
      );
    });
  });
});

function edit(bytes: Buffer, at: number, byte: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = byte;
  return copy;
}

function announced(bytes: Buffer, records: number): Buffer {
  return edit(bytes, 7, records);
}

/** Two names of the answer, each of which goes on at the other. */
function ring(): Buffer {
  const label = Buffer.from('\x01a');
  return dnsResponse(question, [
    { ...here, type: types.TXT, data: Buffer.concat([label, pointer(firstRecord + 16 + 2)]) },
    { ...here, owner: Buffer.concat([label, pointer(firstRecord + 12)]) },
  ]);
}

/** A CNAME whose data is not just a name. */
function target(change: (name: Buffer) => Buffer): Buffer {
  const record = cname('edge.cdn.net');
  return dnsResponse(question, [{ ...record, data: change(record.data) }, here]);
}

function nameOf(plane: DataPlane, key: { agent: number; pad: number; id: bigint }): string {
  const found = plane.maps.sp_names.get(key);
  const reversed = Buffer.from(found?.text.subarray(0, found.length) ?? []);
  return reversed.reverse().toString('latin1').slice(1);
}
