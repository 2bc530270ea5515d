const name = { type: 'string', pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' } as const;
const file = { type: 'string', minLength: 1 } as const;

/** JSON Schema of the configuration file. */
export const configurationSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['state', 'github', 'repositories', 'bundles'],
  properties: {
    listen: {
      type: 'object',
      additionalProperties: false,
      properties: {
        host: { type: 'string', minLength: 1, default: '127.0.0.1' },
        port: { type: 'integer', minimum: 0, maximum: 65535, default: 3000 },
      },
      default: {},
    },
    state: file,
    github: {
      type: 'object',
      additionalProperties: false,
      required: ['appId'],
      properties: {
        appId: { type: 'integer', minimum: 1 },
        privateKeyFile: file,
        webhookSecretFile: file,
        apiUrl: { type: 'string', pattern: '^https?://', default: 'https://api.github.com' },
        webhookPath: {
          type: 'string',
          pattern: '^(/[A-Za-z0-9._-]+)+$',
          default: '/api/github/webhooks',
        },
        throttle: { type: 'boolean', default: true },
      },
    },
    repositories: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'groups'],
        properties: {
          name: { type: 'string', pattern: '^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$' },
          path: { type: 'string', default: 'policies' },
          groups: { type: 'array', minItems: 1, uniqueItems: true, items: name },
          recording: file,
        },
      },
    },
    bundles: {
      type: 'object',
      additionalProperties: false,
      required: ['repository', 'keys'],
      properties: { repository: file, keys: file, passphraseFile: file },
    },
    gateways: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'group', 'publicKey'],
        properties: { name, group: name, publicKey: { type: 'string', minLength: 1 } },
      },
      default: [],
    },
    limits: {
      type: 'object',
      additionalProperties: false,
      properties: {
        webhookBytes: { type: 'integer', minimum: 1024, maximum: 26214400, default: 26214400 },
        listeners: { type: 'integer', minimum: 1, maximum: 100000, default: 1000 },
        reviews: { type: 'integer', minimum: 1, maximum: 32, default: 2 },
        catchUpMinutes: { type: 'integer', minimum: 1, maximum: 1440, default: 10 },
      },
      default: {},
    },
  },
} as const;

/** What the schema lets through, with its defaults. */
export interface ConfigurationFile {
  readonly listen: { readonly host: string; readonly port: number };
  readonly state: string;
  readonly github: {
    readonly appId: number;
    readonly privateKeyFile?: string;
    readonly webhookSecretFile?: string;
    readonly apiUrl: string;
    readonly webhookPath: string;
    readonly throttle: boolean;
  };
  readonly repositories: readonly {
    readonly name: string;
    readonly path: string;
    readonly groups: readonly string[];
    readonly recording?: string;
  }[];
  readonly bundles: {
    readonly repository: string;
    readonly keys: string;
    readonly passphraseFile?: string;
  };
  readonly gateways: readonly {
    readonly name: string;
    readonly group: string;
    readonly publicKey: string;
  }[];
  readonly limits: {
    readonly webhookBytes: number;
    readonly listeners: number;
    readonly reviews: number;
    readonly catchUpMinutes: number;
  };
}
