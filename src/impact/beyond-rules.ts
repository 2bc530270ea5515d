import type { Reason } from '../rules/index.ts';

/**
 * Packets that are refused for what they are, under any rules: replaying them as flows would claim too much. What a
 * gateway refused while it had no rules or no room is a flow like any other.
 */
const reasons: ReadonlySet<string> = new Set<Reason>([
  'reply',
  'related',
  'spoofed-source',
  'malformed',
  'fragment',
  'ethertype',
  'ip-options',
  'not-established',
  'dns-name',
  'dns-type',
  'dns-rate',
  'dns-length',
  'dns-malformed',
]);

export function isBeyondRules(reason: string): boolean {
  return reasons.has(reason);
}
