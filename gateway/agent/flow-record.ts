import type { Labels } from '../../src/policy/index.ts';
import { reasons } from '../../src/rules/index.ts';
import type { Maps } from '../kernel/index.ts';
import { constants, structs } from '../layout/index.ts';
import { addressText, nameText, textOf } from '../tables/index.ts';

/** One event as it is logged. Keys are the same in every log; what does not apply is left out. */
export type FlowRecord = Readonly<Record<string, unknown>> & {
  readonly event: 'flow' | 'question';
};

const kinds = {
  [constants.EVENT_NEW]: 'new',
  [constants.EVENT_DENY]: 'deny',
  [constants.EVENT_CLOSE]: 'close',
} as const;
const protocols: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' };
const typeNames: Readonly<Record<number, string>> = {
  1: 'A',
  5: 'CNAME',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  64: 'SVCB',
  65: 'HTTPS',
};

/** What events leave out, and who knows it. */
export interface EventContext {
  agentOf(generation: bigint, agent: number): AgentLabel | undefined;
  /** What an interface, or another place of programs, is called. */
  placeOf(ifindex: number): string | undefined;
  /** Whom the workload of an address acted for; `null`: not known. */
  principalsOf(address: string, generation: bigint): readonly string[] | null;
}

export interface AgentLabel {
  readonly name: string;
  readonly version: string;
  /** The commit that the rules come from, where they come from a bundle. */
  readonly commit?: string;
  /** Its names in other systems, where the policy states some. */
  readonly identity?: Labels;
}

/** Turns records of the ring buffer into what is logged: numbers get their names back. */
export class FlowRecords {
  readonly #maps: Maps;
  readonly #context: EventContext;

  constructor(maps: Maps, context: EventContext) {
    this.#maps = maps;
    this.#context = context;
  }

  decode(record: Buffer): FlowRecord {
    return record.length === structs.questionEvent.size
      ? this.#question(structs.questionEvent.decode(record))
      : this.#flow(structs.flowEvent.decode(record));
  }

  #flow(event: ReturnType<typeof structs.flowEvent.decode>): FlowRecord {
    const closed = event.kind === constants.EVENT_CLOSE;
    const protocol = protocols[event.protocol] ?? event.protocol;
    const principals = this.#context.principalsOf(addressText(event.src), event.generation);
    const hasPorts = protocol === 'tcp' || protocol === 'udp';
    return {
      ...this.#common(event),
      event: 'flow',
      kind: kinds[event.kind as keyof typeof kinds],
      dst: addressText(event.dst),
      protocol,
      ...(hasPorts ? { port: event.port_dst, srcPort: event.port_src } : {}),
      names: this.#names(event.agent, event.names.slice(0, event.name_count)),
      ...(principals === null ? {} : { onBehalfOf: principals }),
      ...(event.hello === constants.HELLO_READ ? { sni: this.#sni(event) } : {}),
      ...(closed
        ? {
            packets: event.packets.map(Number),
            bytes: event.bytes.map(Number),
          }
        : {}),
    };
  }

  #question(event: ReturnType<typeof structs.questionEvent.decode>): FlowRecord {
    return {
      ...this.#common(event),
      event: 'question',
      name: nameText(event.name.subarray(0, event.length)),
      type: typeNames[event.type] ?? `TYPE${event.type}`,
      resolver: addressText(event.dst),
    };
  }

  #common(event: {
    time: bigint;
    generation: bigint;
    agent: number;
    decision: number;
    reason: number;
    clause: number;
    noted: number;
    src: Uint8Array;
    ifindex: number;
  }) {
    const agent =
      event.agent === 0 ? undefined : this.#context.agentOf(event.generation, event.agent);
    const noted = this.#clause(event.noted);
    return {
      at: wallClock(event.time),
      decision: event.decision === constants.DECISION_ALLOW ? 'allow' : 'deny',
      reason: reasons[event.reason]?.name ?? String(event.reason),
      agent: agent?.name ?? null,
      policyVersion: agent?.version ?? null,
      ...(agent?.commit === undefined ? {} : { commit: agent.commit }),
      ...(agent?.identity === undefined ? {} : { identity: agent.identity }),
      clause: this.#clause(event.clause),
      ...(noted === null ? {} : { noted }),
      src: addressText(event.src),
      interface: this.#context.placeOf(event.ifindex) ?? String(event.ifindex),
      generation: Number(event.generation),
    };
  }

  #clause(number: number): string | null {
    const found = number === 0 ? undefined : this.#maps.sp_clauses.get(number);
    return found ? textOf(found.text) : null;
  }

  /** Empty where the ClientHello names no server. */
  #sni({ agent, sni }: { readonly agent: number; readonly sni: bigint }): string | null {
    return sni === 0n ? '' : (this.#names(agent, [sni])?.[0] ?? null);
  }

  /** `null` where a name is no longer known: a simulation must not take that for “no name”. */
  #names(agent: number, ids: readonly bigint[]): string[] | null {
    const names: string[] = [];
    for (const id of ids) {
      const found = this.#maps.sp_names.get({ agent, pad: 0, id });
      if (!found) return null;
      names.push(nameText(found.text.subarray(0, found.length)));
    }
    return names;
  }
}

/** From the kernel's monotonic clock to the wall's. */
function wallClock(monotonic: bigint): string {
  const ago = Number(process.hrtime.bigint() - monotonic) / 1e6;
  return new Date(Date.now() - ago).toISOString();
}
