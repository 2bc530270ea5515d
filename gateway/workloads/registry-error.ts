/** Why a request to the registry was refused; the HTTP status says whose fault it is. */
const statuses = {
  'bad-request': 400,
  'not-permitted': 403,
  'not-found': 404,
  'wrong-method': 405,
  'no-agent': 409,
  'two-agents': 409,
  'carried-elsewhere': 409,
  'address-of-another-agent': 409,
  'address-taken': 409,
  'id-taken': 409,
  'too-large': 413,
  'internal-error': 500,
  'not-ready': 503,
  'no-room': 507,
} as const;

export type RegistryErrorCode = keyof typeof statuses;

export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: RegistryErrorCode;
  /** What whoever registers can do about it. */
  readonly remedy: string;

  constructor(code: RegistryErrorCode, message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }

  get status(): number {
    return statuses[this.code];
  }
}
