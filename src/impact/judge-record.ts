import { type Address, parsePacketAddress } from '../policy/index.ts';
import { unwrapNat64 } from '../rules/index.ts';
import type { RecordedFlow } from '../traffic/index.ts';
import { type Comparison, compareSides } from './compare-sides.ts';
import type { SentFlow } from './side.ts';
import type { Sides } from './sides.ts';
import type { Recorded } from './unrecorded/index.ts';

export type Judged =
  | (Comparison & { readonly agent: string | null })
  | { readonly kind: 'unknownAgent'; readonly agent: string }
  | { readonly kind: 'beyondRules' };

/**
 * Replays a flow as its packets would come: the source address says who sends it. Only where that address is no agent's
 * on either side (its workloads register, or have moved since the recording) the recorded name stands for it.
 */
export function judgeRecord(sides: Sides, record: RecordedFlow): Judged {
  const src = parsePacketAddress(record.src);
  const dst = parsePacketAddress(record.dst);
  if (!src || !dst) return { kind: 'beyondRules' };
  const owner = sides.ownerOf(src);
  const receiver = sides.ownerOf(unwrapNat64(dst));
  const claimed = owner === undefined ? claimOf(sides, record, receiver) : undefined;
  const isKnown = [sides.before, sides.after].some((side) => claimed && side.hasAgent(claimed));
  if (claimed !== undefined && !isKnown) return { kind: 'unknownAgent', agent: claimed };
  const flow = sentFlow(record, src, dst, claimed);
  const { names, sni = null, onBehalfOf = null } = record;
  const recorded: Recorded = { names, sni: sni === '' ? undefined : sni, onBehalfOf };
  const agent = owner ?? claimed ?? receiver ?? null;
  return { agent, ...compareSides(sides, flow, recorded) };
}

/** The agent of a record is its sender, or the receiver of a flow from elsewhere. */
function claimOf(
  { before, after }: Sides,
  { agent }: RecordedFlow,
  receiver: string | undefined,
): string | undefined {
  if (agent === null || agent === receiver) return undefined;
  const registers = before.registers(agent) || after.registers(agent);
  return receiver === undefined || registers ? agent : undefined;
}

function sentFlow(
  { at, protocol, port, names, sni, onBehalfOf }: RecordedFlow,
  src: Address,
  dst: Address,
  claimed: string | undefined,
): SentFlow {
  return {
    ...{ src, dst, protocol, at: Date.parse(at) },
    ...(port === undefined ? {} : { port }),
    ...(names ? { names } : {}),
    ...(sni ? { sni } : {}),
    ...(onBehalfOf ? { onBehalfOf } : {}),
    ...(claimed === undefined ? {} : { claimed }),
  };
}
