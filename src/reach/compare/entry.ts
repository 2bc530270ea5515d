import { cidrOf, positionsOf } from '../atoms/index.ts';
import { mayRegister, type Party, resolversOf } from '../model/index.ts';
import type { Parties } from './owners.ts';
import { meetsRanges } from './pairing.ts';

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

function guardrailClauses({ enforcing }: Party) {
  return enforcing.map(({ name, deny, allow }) => [name, deny, allow]);
}

function differs(
  before: Party | undefined,
  after: Party | undefined,
  read: (party: Party) => readonly unknown[],
): boolean {
  if (!before || !after) return before !== after;
  const [old, now] = [read(before), read(after)];
  return old.some((part, i) => part !== now[i] && JSON.stringify(part) !== JSON.stringify(now[i]));
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
    ingress.some((clause) => {
      const { from } = clause;
      if (from.kind === 'any') return true;
      if (from.kind === 'agent') return from.agent === sender.agent.name;
      const ranges = sender.agent.sources.map((text) => positionsOf(cidrOf(text)));
      return mayRegister(sender) || meetsRanges(from.cidr, ranges);
    })
  );
}
