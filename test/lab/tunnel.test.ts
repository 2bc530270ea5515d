import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dnsTunnel, tunnelMarks, tunnelName } from '../../lab/scenarios/index.ts';

describe('tunnelName', () => {
  it('makes names that DNS carries, and that differ when the data differs', () => {
    const data = fc.string({ minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(data, data, (a, b) => {
        const [first, second] = [tunnelName(a, 'mark'), tunnelName(b, 'mark')];
        for (const label of first.split('.')) expect(label).toMatch(/^[a-z0-9-]{1,63}$/);
        expect(first === second).toBe(Buffer.from(a).equals(Buffer.from(b)));
      }),
    );
  });
});

describe('the tunnel that the lab tries', () => {
  it('asks for names that fit into a question (RFC 1035: 253 characters), told apart by their mark', () => {
    for (const { client } of dnsTunnel.attempts) {
      const name = client.commandLine.find((word) => word.endsWith('.evil.example')) ?? '';
      expect(name.length).toBeGreaterThan(100);
      expect(name.length).toBeLessThanOrEqual(253);
      expect(name).toContain(`.${tunnelMarks.governed}.`);
    }
  });
});
