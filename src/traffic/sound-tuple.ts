import { FlowLineError, isQuestion, parseFlowValue } from '../flow-lines/index.ts';
import { formatAddress } from '../policy/index.ts';
import type { RecordedFlow } from './recorded-flow.ts';

type Tuple = Pick<RecordedFlow, 'src' | 'dst' | 'protocol' | 'port' | 'names'>;

// A recording repeats few tuples often. Emptied when full: a scan over many addresses must not fill the memory.
const known = new Map<string, Tuple | null>();
const mostKnown = 20_000;

/**
 * The part of a record that rules judge, in canonical form: read exactly as `sallyport decide` reads a flow. Undefined
 * where it is no flow.
 */
export function soundTuple(fields: Readonly<Record<string, unknown>>): Tuple | undefined {
  const { src, dst, protocol, port, names = null } = fields;
  if (typeof src !== 'string' || typeof dst !== 'string') return undefined;
  if (names !== null && !isShortList(names)) return undefined;
  const key = JSON.stringify([src, dst, protocol, port, names]);
  if (key.length > longestKey) return undefined;
  const found = known.get(key);
  if (found !== undefined) return found ?? undefined;
  const tuple = readTuple({ src, dst, protocol, port }, names);
  if (known.size >= mostKnown) known.clear();
  known.set(key, tuple ?? null);
  return tuple;
}

/** Eight names of the longest kind and the rest. */
const longestKey = 4096;

function isShortList(names: unknown): names is string[] {
  return (
    Array.isArray(names) && names.length <= 64 && names.every((name) => typeof name === 'string')
  );
}

function readTuple(
  { port, ...fields }: { src: string; dst: string; protocol: unknown; port: unknown },
  names: readonly string[] | null,
): Tuple | undefined {
  try {
    const flow = parseFlowValue({
      ...fields,
      ...(port === undefined || port === null ? {} : { port }),
      names: names ?? [],
    });
    if (isQuestion(flow) || !flow.src) return undefined;
    return {
      src: formatAddress(flow.src),
      dst: formatAddress(flow.dst),
      protocol: flow.protocol,
      ...(flow.port === undefined ? {} : { port: flow.port }),
      names: names === null ? null : (flow.names ?? []),
    };
  } catch (error) {
    if (error instanceof FlowLineError) return undefined;
    throw error;
  }
}
