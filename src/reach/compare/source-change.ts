import { AddressLine } from '../atoms/index.ts';
import type { Party } from '../model/index.ts';
import type { SourceChange } from '../reach-diff.ts';
import { subtract, unionOf } from '../sets/index.ts';
import { plainCidrs } from '../terms/index.ts';

/** Addresses and labels by which an agent is recognised on one side only. */
export function sourceChange(before: Party | undefined, after: Party | undefined): SourceChange {
  const [old, now] = [before?.agent.sources ?? [], after?.agent.sources ?? []];
  const selectors = { before: before?.agent.selector ?? {}, after: after?.agent.selector ?? {} };
  const isSame = JSON.stringify(selectors.before) === JSON.stringify(selectors.after);
  return { ...blocks(old, now), ...(isSame ? {} : { selector: selectors }) };
}

/** CIDRs that are in one list and not in the other, as the fewest blocks. */
export function blocks(
  old: readonly string[],
  now: readonly string[],
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  if (old.join() === now.join()) return { added: [], removed: [] };
  const line = new AddressLine([...old, ...now]);
  const [was, is] = [old, now].map((texts) => unionOf(texts.map((text) => line.cidr(text)))) as [
    readonly number[],
    readonly number[],
  ];
  return {
    added: plainCidrs(line.rangesOf(subtract(is, was))),
    removed: plainCidrs(line.rangesOf(subtract(was, is))),
  };
}
