import { type Address, parsePacketAddress } from '../policy/index.ts';
import { type Flow, unwrapNat64 } from '../rules/index.ts';
import type { RecordedFlow } from '../traffic/index.ts';
import { type Comparison, compareSides, compareUnnamed } from './compare-sides.ts';
import type { Side } from './side.ts';

export type Judged =
  | (Comparison & { readonly agent: string | null })
  | { readonly kind: 'unknownAgent'; readonly agent: string }
  | { readonly kind: 'beyondRules' };

/**
 * Replays a flow as its packets would come: the source address says who sends it. Only where that address is no agent's
 * on either side (workloads have moved since the recording) the recorded name of the agent stands for it.
 */
export function judgeRecord(before: Side, after: Side, record: RecordedFlow): Judged {
  const src = parsePacketAddress(record.src);
  const dst = parsePacketAddress(record.dst);
  if (!src || !dst) return { kind: 'beyondRules' };
  const ownerOf = (address: Address) => before.ownerOf(address) ?? after.ownerOf(address);
  const { protocol, port } = record;
  const rest = { dst, protocol, ...(port === undefined ? {} : { port }) };
  const sender = ownerOf(src);
  const receiver = ownerOf(unwrapNat64(dst));
  if (sender === undefined && receiver === undefined && record.agent !== null) {
    const { agent } = record;
    if (!before.hasAgent(agent) && !after.hasAgent(agent)) return { kind: 'unknownAgent', agent };
    return { agent, ...compare(before, after, { ...rest, agent }, agent, record.names) };
  }
  const compared = compare(before, after, { ...rest, src }, sender, record.names);
  return { agent: sender ?? receiver ?? null, ...compared };
}

function compare(
  before: Side,
  after: Side,
  flow: Flow,
  sender: string | undefined,
  names: RecordedFlow['names'],
): Comparison {
  // Host patterns never match what comes from elsewhere (rule D8): its names do not matter.
  if (sender === undefined) return compareSides(before, after, flow);
  return names === null
    ? compareUnnamed(before, after, flow, sender)
    : compareSides(before, after, { ...flow, names });
}
