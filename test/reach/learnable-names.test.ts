import { expect, test } from 'vitest';
import { bot, reported } from './reported.ts';

const allow = (host: string) => `id: web, to: {host: "${host}"}, protocol: https`;

/** Whether an agent with one allow pattern can learn some name of another. */
function canLearn(pattern: string, asked: string, extra: readonly string[] = []): boolean {
  const text = bot([allow(pattern)], extra);
  return reported(text, text).rules.canLearn('bot', { include: [asked], except: [] });
}

test.each([
  ['a.example.com', 'a.example.com', true],
  ['a.example.com', 'b.example.com', false],
  ['a.example.com', '*.example.com', true],
  ['a.example.com', '**.example.com', true],
  ['a.b.example.com', '*.example.com', false],
  ['a.b.example.com', '**.example.com', true],
  ['*.example.com', 'a.example.com', true],
  ['*.example.com', 'a.b.example.com', false],
  ['*.example.com', '*.example.com', true],
  ['*.example.com', '**.example.com', true],
  ['*.example.com', '*.b.example.com', false],
  ['*.example.com', '**.b.example.com', false],
  ['**.example.com', 'a.b.example.com', true],
  ['**.example.com', 'example.com', false],
  ['**.example.com', '*.b.example.com', true],
  ['**.b.example.com', '*.example.com', false],
  ['**.b.example.com', '**.example.com', true],
  ['**.example.com', '**.example.org', false],
  ['a.example.com', '**', true],
  // Labels are compared, not characters.
  ['**.example.com', 'a.badexample.com', false],
])('under %s alone, %s: %s', (pattern, asked, can) => {
  expect(canLearn(pattern, asked)).toBe(can);
});

test('an agent in audit can learn every name: refused questions are answered', () => {
  expect(canLearn('a.example.com', 'b.example.org', ['mode: audit'])).toBe(true);
});
