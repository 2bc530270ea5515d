import type { RecordedFlow } from './recorded-flow.ts';
import { soundTuple } from './sound-tuple.ts';

/** Why a line is no flow to simulate. */
export type NoFlow = 'closed' | 'questions' | 'other' | 'malformed';

type Fields = Readonly<Record<string, unknown>>;

/** Reads one line of a segment. Never throws, whatever the line holds. */
export function parseRecord(line: string): RecordedFlow | NoFlow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'malformed';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'malformed';
  const fields = value as Fields;
  if (fields.event === 'question') return 'questions';
  if (fields.event !== 'flow') return typeof fields.event === 'string' ? 'other' : 'malformed';
  if (fields.kind === 'close') return 'closed';
  if (fields.kind !== 'new' && fields.kind !== 'deny') return 'other';
  return toFlow(fields) ?? 'malformed';
}

function toFlow(fields: Fields): RecordedFlow | undefined {
  const at = instantOf(fields.at);
  const { decision, count = 1 } = fields;
  const reason = shortText(fields.reason);
  const tuple = soundTuple(fields);
  const texts = [fields.agent, fields.clause, fields.policyVersion].map(textOrNull);
  const [agent, clause, policyVersion] = texts;
  if (at === undefined || reason === undefined || tuple === undefined) return undefined;
  if (agent === undefined || clause === undefined || policyVersion === undefined) return undefined;
  if (decision !== 'allow' && decision !== 'deny') return undefined;
  if (!Number.isSafeInteger(count) || Number(count) < 1 || Number(count) > mostInOne)
    return undefined;
  const commit = shortText(fields.commit);
  const gateway = shortText(fields.gateway);
  return {
    at,
    agent,
    ...tuple,
    decision,
    reason,
    clause,
    policyVersion,
    ...(commit === undefined ? {} : { commit }),
    ...(gateway === undefined ? {} : { gateway }),
    count: Number(count),
  };
}

/** So that no sum of a recording leaves the safe integers. */
const mostInOne = 1_000_000_000;
const longestText = 256;

function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= longestText
    ? value
    : undefined;
}

/** Undefined where it is neither. */
function textOrNull(value: unknown): string | null | undefined {
  return value === null || value === undefined ? null : shortText(value);
}

const utcForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** In UTC with milliseconds, so that times compare as text. */
function instantOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !instantForm.test(value)) return undefined;
  const time = Date.parse(value);
  if (Number.isNaN(time)) return undefined;
  return utcForm.test(value) ? value : new Date(time).toISOString();
}
