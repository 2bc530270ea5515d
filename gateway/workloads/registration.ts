import { Ajv, type ErrorObject } from 'ajv';
import {
  type Address,
  type Cidr,
  cidrHolds,
  formatAddress,
  type Labels,
  parseAddress,
  parseCidr,
} from '../../src/policy/index.ts';
import { registryLimits as limits } from './limits.ts';
import { RegistryError } from './registry-error.ts';

/** What a workload is registered with. */
export interface Registration {
  readonly addresses: readonly Address[];
  readonly labels: Labels;
  /** Whom it acts for; `null`: not known. */
  readonly principals: readonly string[] | null;
  /** Seconds until it has to be renewed. */
  readonly ttl: number;
}

interface Body {
  readonly addresses: readonly string[];
  readonly labels?: Labels;
  readonly principals?: readonly string[] | null;
  readonly ttl?: number;
}

const text = { type: 'string', minLength: 1, maxLength: limits.text } as const;
const ttl = { type: 'integer', minimum: limits.shortestTtl, maximum: limits.longestTtl } as const;
const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const isBody = ajv.compile<Body>({
  type: 'object',
  properties: {
    addresses: {
      type: 'array',
      items: { type: 'string', maxLength: 45 },
      minItems: 1,
      maxItems: limits.addressesOfOne,
    },
    labels: {
      type: 'object',
      additionalProperties: { type: 'string', maxLength: limits.text },
      propertyNames: text,
      maxProperties: limits.labels,
    },
    principals: { type: ['array', 'null'], items: text, maxItems: limits.principals },
    ttl,
  },
  required: ['addresses'],
  additionalProperties: false,
});
const isRenewal = ajv.compile<{ ttl?: number }>({
  type: 'object',
  properties: { ttl },
  additionalProperties: false,
});

/** Addresses that no workload has: packets that bear them are refused, or never leave a link. */
const nobodys = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::/127',
  '64:ff9b::/96',
  'fe80::/10',
  'ff00::/8',
].map((block) => parseCidr(block) as Cidr);

/** @throws RegistryError `bad-request` */
export function parseRegistration(body: unknown): Registration {
  if (!isBody(body)) throw malformed(isBody.errors);
  const { addresses, labels = {}, principals = null, ttl = limits.usualTtl } = body;
  const parsed = new Map(addresses.map(readAddress).map((one) => [formatAddress(one), one]));
  return {
    addresses: [...parsed.values()],
    labels,
    principals: principals && [...new Set(principals)],
    ttl,
  };
}

/** @returns the seconds that are asked for, if any. @throws RegistryError `bad-request` */
export function parseRenewal(body: unknown): number | undefined {
  if (!isRenewal(body)) throw malformed(isRenewal.errors);
  return body.ttl;
}

/** @throws RegistryError `bad-request` */
export function checkId(id: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(id)) return;
  throw new RegistryError(
    'bad-request',
    'The name of a workload begins with a letter or digit; up to 127 letters, digits, dots, hyphens and underscores follow.',
    'Use what the orchestrator calls the replica, such as the uid of a pod.',
  );
}

function readAddress(written: string): Address {
  const address = parseAddress(written);
  if (!address) {
    throw new RegistryError(
      'bad-request',
      `${JSON.stringify(written)} is no IP address.`,
      'Write 10.8.1.7 or fd00:8:1::7, without a length, a zone or leading zeros.',
    );
  }
  if (!nobodys.some((block) => cidrHolds(block, address))) return address;
  throw new RegistryError(
    'bad-request',
    `${written} can be no workload's: it is special (unspecified, loopback, link-local, multicast or NAT64).`,
    'Register the address that the workload’s packets bear when they reach the gateway.',
  );
}

function malformed(errors: ErrorObject[] | null | undefined): RegistryError {
  const [first] = errors ?? [];
  const place = first?.instancePath ? first.instancePath.slice(1).replaceAll('/', '.') : 'the body';
  return new RegistryError(
    'bad-request',
    `${place} ${first?.message ?? 'is malformed'}.`,
    'The body is {"addresses": ["10.8.1.7"], "labels": {"app": "…"}, "principals": ["user:…"], "ttl": 300}; all but `addresses` may be left out.',
  );
}
