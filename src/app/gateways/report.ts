import { type KeyObject, verify } from 'node:crypto';
import { Ajv } from 'ajv';

/** What a gateway says of itself, signed by its key. Further fields are kept as they are. */
export interface GatewayReport {
  readonly gateway: string;
  readonly group: string;
  /** RFC 3339, UTC, by the gateway's clock; each report has a later one than the one before. */
  readonly at: string;
  /** Rules that the kernel enforces; null: none yet. */
  readonly applied: AppliedRules | null;
  /** Why a newer bundle is not enforced. */
  readonly error: string | null;
}

export interface AppliedRules {
  /** SHA-256 of the rules' canonical JSON, in hex. */
  readonly digest: string;
  /** Sequence number of the bundle that they came from. */
  readonly seq: number | null;
}

export type ReportProblem = 'unsigned' | 'bad-signature' | 'malformed' | 'other-gateway' | 'clock';

/** A report that is not taken; the message says what to do. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly code: ReportProblem;

  constructor(code: ReportProblem, message: string) {
    super(message);
    this.code = code;
  }
}

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const isReport = ajv.compile<GatewayReport>({
  type: 'object',
  required: ['gateway', 'group', 'at', 'applied', 'error'],
  properties: {
    gateway: { type: 'string', maxLength: 63 },
    group: { type: 'string', maxLength: 63 },
    at: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' },
    applied: {
      oneOf: [
        { type: 'null' },
        {
          type: 'object',
          required: ['digest', 'seq'],
          properties: {
            digest: { type: 'string', pattern: '^[0-9a-f]{64}$' },
            seq: { oneOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
          },
        },
      ],
    },
    error: { oneOf: [{ type: 'string', maxLength: 10000 }, { type: 'null' }] },
  },
});

/** A clock further off would let one report shut out those after it, or come back as new. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;

/**
 * Reads a report that one gateway sent: its signature first, everything else after.
 * @param signature base64, over the bytes of the body
 * @throws {ReportError}
 */
export function readReport(
  body: Uint8Array,
  signature: string | undefined,
  { name, group, publicKey, now }: { name: string; group: string; publicKey: KeyObject; now: Date },
): GatewayReport {
  if (signature === undefined) {
    throw new ReportError('unsigned', 'the header x-sallyport-signature is missing');
  }
  if (!verify(null, body, publicKey, Buffer.from(signature, 'base64'))) {
    const message = `the signature is not that of gateway ${name}; compare its public key with the configuration`;
    throw new ReportError('bad-signature', message);
  }
  const report = parse(body);
  if (report.gateway !== name || report.group !== group) {
    const message = `this is a report of gateway ${report.gateway} of group ${report.group}, not of ${name} of ${group}`;
    throw new ReportError('other-gateway', message);
  }
  const offset = Math.abs(new Date(report.at).getTime() - now.getTime());
  // Not “greater than”: an impossible date is no number.
  if (!(offset <= CLOCK_TOLERANCE_MS)) {
    const message = `the report is of ${report.at}, and it is ${now.toISOString()} here; set the gateway’s clock`;
    throw new ReportError('clock', message);
  }
  return report;
}

function parse(body: Uint8Array): GatewayReport {
  let report: unknown;
  try {
    report = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new ReportError('malformed', 'the body is not JSON');
  }
  if (isReport(report)) return report;
  throw new ReportError('malformed', ajv.errorsText(isReport.errors, { dataVar: 'report' }));
}
