import { cidrOf, positionsOf } from '../atoms/index.ts';
import { mayRegister, type Party, resolversOf } from '../model/index.ts';
import type { Parties } from './owners.ts';

/** Whether anything differs that may decide on what the party sends. */
export function sendsOtherwise(before: Party | undefined, after: Party | undefined): boolean {
  return differs(before, after, (party) => [
    ...[party.agent.mode, party.agent.remote, resolversOf(party)],
    ...[party.agent.deny, party.agent.allow, guardrailClauses(party)],
  ]);
}

/** Whether anything differs that may decide on what reaches the party. */
export function receivesOtherwise(before: Party | undefined, after: Party | undefined): boolean {
  return differs(before, after, (party) => [
    ...[party.agent.mode, party.agent.remote, party.agent.ingress],
    guardrailClauses(party),
  ]);
}

/** Whether anything differs that may decide on what the party asks. */
export function asksOtherwise(before: Party | undefined, after: Party | undefined): boolean {
  return differs(before, after, (party) => [
    ...[
      party.agent.mode,
      party.agent.remote,
      party.agent.dns,
      party.enforcing.map(({ dns }) => dns),
    ],
    ...[party.agent.deny, party.agent.allow, guardrailClauses(party)],
  ]);
}

function guardrailClauses({ enforcing }: Party) {
  return enforcing.map(({ name, deny, allow }) => [name, deny, allow]);
}

function differs(
  before: Party | undefined,
  after: Party | undefined,
  read: (party: Party) => readonly unknown[],
): boolean {
  if (!before || !after) return before !== after;
  return !isSame(read(before), read(after));
}

/** Whether two pieces of data are alike; most of two RuleSets may be the very same objects. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((part, i) => isSame(part, other[i]))
    );
  }
  const [fields, others] = [one, other] as [Record<string, unknown>, Record<string, unknown>];
  const keys = Object.keys(fields);
  return (
    keys.length === Object.keys(others).length &&
    keys.every((key) => Object.hasOwn(others, key) && isSame(fields[key], others[key]))
  );
}

/** Whether the receiver, before or after, lets in anything of the sender’s at all. */
export function canEnter(
  { before, after }: { readonly before: Parties; readonly after: Parties },
  sender: string,
  receiver: string,
): boolean {
  const from = before.get(sender) ?? after.get(sender);
  const other = after.get(sender) ?? from;
  if (!from || !other) return false;
  return [before.get(receiver), after.get(receiver)].some(
    (party) => party && (lets(party, from) || lets(party, other)),
  );
}

function lets({ agent: { mode, ingress } }: Party, sender: Party): boolean {
  return (
    mode === 'audit' ||
    ingress.some(({ from }) => {
      if (from.kind === 'any') return true;
      if (from.kind === 'agent') return from.agent === sender.agent.name;
      if (mayRegister(sender)) return true;
      const [start, end] = positionsOf(cidrOf(from.cidr));
      return sender.agent.sources.some((text) => {
        const [first, last] = positionsOf(cidrOf(text));
        return first < end && start < last;
      });
    })
  );
}
