import { FlowLineError, isQuestion, parseFlowValue } from '../flow-lines/index.ts';
import { formatAddress } from '../policy/index.ts';
import type { RecordedFlow } from './recorded-flow.ts';

type Tuple = Pick<
  RecordedFlow,
  'src' | 'dst' | 'protocol' | 'port' | 'names' | 'sni' | 'onBehalfOf'
>;

// A recording repeats few tuples often. Emptied when full: a scan over many addresses must not fill the memory.
const known = new Map<string, Tuple | null>();
const mostKnown = 20_000;

/**
 * The part of a record that rules judge, in canonical form: read exactly as `sallyport decide` reads a flow. Undefined
 * where it is no flow.
 */
export function soundTuple(fields: Readonly<Record<string, unknown>>): Tuple | undefined {
  const { src, dst, protocol, port, names = null, sni = null, onBehalfOf = null } = fields;
  if (typeof src !== 'string' || typeof dst !== 'string') return undefined;
  if (names !== null && !isShortList(names)) return undefined;
  if (onBehalfOf !== null && !isShortList(onBehalfOf)) return undefined;
  const key = JSON.stringify([src, dst, protocol, port, names, sni, onBehalfOf]);
  if (key.length > longestKey) return undefined;
  const found = known.get(key);
  if (found !== undefined) return found ?? undefined;
  const tuple = readTuple({ src, dst, protocol, port, sni, onBehalfOf }, names);
  if (known.size >= mostKnown) known.clear();
  known.set(key, tuple ?? null);
  return tuple;
}

/** Eight names of the longest kind, some principals and the rest. */
const longestKey = 4096;

function isShortList(texts: unknown): texts is string[] {
  return (
    Array.isArray(texts) && texts.length <= 64 && texts.every((text) => typeof text === 'string')
  );
}

function readTuple(
  { port, sni, onBehalfOf, ...fields }: Readonly<Record<Exclude<keyof Tuple, 'names'>, unknown>>,
  names: readonly string[] | null,
): Tuple | undefined {
  try {
    const flow = parseFlowValue({
      ...fields,
      ...(port === undefined || port === null ? {} : { port }),
      ...(sni === null || sni === '' ? {} : { sni }),
      ...(onBehalfOf === null ? {} : { onBehalfOf }),
      names: names ?? [],
    });
    if (isQuestion(flow) || !flow.src) return undefined;
    return {
      src: formatAddress(flow.src),
      dst: formatAddress(flow.dst),
      protocol: flow.protocol,
      ...(flow.port === undefined ? {} : { port: flow.port }),
      names: names === null ? null : (flow.names ?? []),
      ...(sni === '' ? { sni } : flow.sni === undefined ? {} : { sni: flow.sni }),
      ...(flow.onBehalfOf ? { onBehalfOf: flow.onBehalfOf } : {}),
    };
  } catch (error) {
    if (error instanceof FlowLineError) return undefined;
    throw error;
  }
}
