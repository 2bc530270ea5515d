import type { Kind } from './schemas.ts';

interface Misplaced {
  readonly message: string;
  readonly remedy: string;
  /** The field that its author most likely means. */
  readonly meant?: string;
}

type Place =
  | 'agent'
  | 'guardrail'
  | 'guardrail dns'
  | 'agent allow'
  | 'guardrail allow'
  | 'allow to'
  | 'deny'
  | 'deny to'
  | 'ingress'
  | 'ingress clause'
  | 'ingress from';

const onAgentAllow: Record<'budget' | 'via', Misplaced> = {
  budget: {
    message: '`budget` stands on allow clauses of an AgentPolicy only (rule K6)',
    remedy: 'remove it, or let an allow clause of the agent name the budget',
  },
  via: {
    message: '`via` stands on allow clauses of an AgentPolicy only',
    remedy: 'remove it: the route belongs to what lets the flow pass',
  },
};

/** Fields of a destination or sender that stand beside it. */
const within = (holder: 'to' | 'from', fields: readonly string[]): Record<string, Misplaced> =>
  Object.fromEntries(
    fields.map((field) => [
      field,
      {
        message: `\`${field}\` belongs under \`${holder}\``,
        remedy: `write \`${holder}: {${field}: …}\``,
        meant: holder,
      },
    ]),
  );

const onEgress: Record<string, Misplaced> = {
  ...within('to', ['host', 'paths', 'cidr', 'except', 'endpoint', 'agent', 'any']),
  from: {
    message: '`from` stands on ingress clauses only',
    remedy: 'write `to`: where the agent connects to',
    meant: 'to',
  },
};

const besideTo: Record<string, Misplaced> = {
  ...Object.fromEntries(
    ['protocol', 'ports', 'accepts'].map((field) => [
      field,
      { message: `\`${field}\` stands beside \`to\`, not in it`, remedy: 'move it one level up' },
    ]),
  ),
  port: {
    message: 'ports stand beside `to`, not in it',
    remedy: 'write them as a list one level up: `ports: [443]`',
  },
};

const notOnIngress = (field: string): Misplaced => ({
  message: `\`${field}\` says nothing about who reaches the agent`,
  remedy: 'remove it; an ingress clause takes `from`, `protocol`, `ports`, `during`, `expires`',
});

/** Fields that the language has, in places where they would mean nothing. Told as such, not as unknown. */
const misplaced: Readonly<Record<Place, Readonly<Record<string, Misplaced>>>> = {
  agent: {
    selector: {
      message: '`selector` belongs to a Guardrail, or under `workloads`',
      remedy: 'write `workloads: {selector: …}` for the labels that workloads register with',
    },
    trusted: {
      message: '`trusted` belongs to a Guardrail',
      remedy: 'move it to a guardrail above the agent',
    },
    require: {
      message: '`require` belongs to a Guardrail',
      remedy: 'move it to a guardrail above the agent',
    },
  },
  guardrail: {
    budgets: {
      message: 'a Guardrail has no budgets (rule K6)',
      remedy: 'move them to the agents’ policies, whose allow clauses name them',
    },
    ingress: {
      message: 'a Guardrail has no ingress clauses',
      remedy: 'write them into the agents’ policies; `deny` here holds both ways (rule D8)',
    },
    onDeny: {
      message: '`onDeny` belongs to an AgentPolicy',
      remedy: 'remove it; what is denied is treated as the agent’s policy says',
    },
  },
  'guardrail dns': {
    onDeny: {
      message: '`dns.onDeny` belongs to an AgentPolicy',
      remedy: 'remove it; refused questions are answered as the agent’s policy says',
    },
  },
  'agent allow': onEgress,
  'guardrail allow': { ...onEgress, ...onAgentAllow },
  'allow to': besideTo,
  deny: { ...onEgress, ...onAgentAllow },
  'deny to': {
    ...besideTo,
    paths: {
      message: '`paths` on a deny clause would deny the whole host (rule K9)',
      remedy: 'remove it, or the clause: paths inside of TLS cannot be told apart',
    },
  },
  ingress: {
    deny: {
      message: 'there are no deny clauses for ingress',
      remedy: 'remove it; what no clause of `allow` admits is denied (rule D8)',
    },
  },
  'ingress clause': {
    ...within('from', ['cidr', 'except', 'agent', 'any']),
    to: {
      message: 'an ingress clause says `from`, not `to`',
      remedy: 'write `from`; the agent itself is what is reached',
      meant: 'from',
    },
    ...Object.fromEntries(
      ['accepts', 'onBehalfOf', 'budget', 'via'].map((field) => [field, notOnIngress(field)]),
    ),
  },
  'ingress from': {
    host: {
      message: 'a sender is known by its address, not by a name',
      remedy: 'write its `cidr`, or the `agent` that it is',
    },
    endpoint: {
      message: 'an Endpoint is a destination, not a sender',
      remedy: 'write the `cidr` or the `agent` that sends',
    },
  },
};

/** What to say of `field`, which the object at `path` does not take, if another place does. */
export function misplacedField(
  kind: Kind,
  path: readonly string[],
  field: string,
): Misplaced | undefined {
  const place = placeOf(kind, path);
  const fields = place && misplaced[place];
  return fields && Object.hasOwn(fields, field) ? fields[field] : undefined;
}

function placeOf(kind: Kind, path: readonly string[]): Place | undefined {
  const pointer = path.join('/');
  return places.find(({ of, at }) => (of === undefined || of === kind) && at.test(pointer))?.place;
}

const places: readonly { readonly of?: Kind; readonly at: RegExp; readonly place: Place }[] = [
  { of: 'AgentPolicy', at: /^spec$/, place: 'agent' },
  { of: 'Guardrail', at: /^spec$/, place: 'guardrail' },
  { of: 'Guardrail', at: /^spec\/dns$/, place: 'guardrail dns' },
  { of: 'AgentPolicy', at: /^spec\/allow\/[^/]+$/, place: 'agent allow' },
  { of: 'Guardrail', at: /^spec\/allow\/[^/]+$/, place: 'guardrail allow' },
  { at: /^spec\/allow\/[^/]+\/to$/, place: 'allow to' },
  { at: /^spec\/deny\/[^/]+$/, place: 'deny' },
  { at: /^spec\/deny\/[^/]+\/to$/, place: 'deny to' },
  { of: 'AgentPolicy', at: /^spec\/ingress$/, place: 'ingress' },
  { of: 'AgentPolicy', at: /^spec\/ingress\/allow\/[^/]+$/, place: 'ingress clause' },
  { of: 'AgentPolicy', at: /^spec\/ingress\/allow\/[^/]+\/from$/, place: 'ingress from' },
];
