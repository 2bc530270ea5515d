import { harmlessText } from './harmless-text.ts';
import type { Position, Problem, Severity } from './problem.ts';

interface CodeEntry {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
}

/**
 * Every code that a problem can have (rule F3). A code keeps its meaning for ever: add, never renumber or reuse.
 * The table in `docs/policy-language.md` is tested against this one.
 */
export const problemCodes = {
  encoding: { code: 'SP101', severity: 'error', title: 'The file is not valid UTF-8' },
  fileTooLarge: { code: 'SP102', severity: 'error', title: 'The file is larger than 1 MiB' },
  yamlSyntax: { code: 'SP103', severity: 'error', title: 'The file is not well-formed YAML 1.2' },
  nesting: { code: 'SP104', severity: 'error', title: 'More than 32 nested collections' },
  aliases: { code: 'SP105', severity: 'error', title: 'More than 100 alias expansions' },
  tag: { code: 'SP106', severity: 'error', title: 'A custom YAML tag' },
  duplicateKey: { code: 'SP107', severity: 'error', title: 'A key stands twice in one mapping' },
  mergeKey: { code: 'SP108', severity: 'error', title: 'A YAML merge key (`<<`)' },
  keyType: { code: 'SP109', severity: 'error', title: 'A key that is not a string' },
  yamlVersion: { code: 'SP110', severity: 'error', title: 'A YAML version other than 1.2' },
  outsideLink: { code: 'SP111', severity: 'error', title: 'A symbolic link out of the folder' },
  unreadable: { code: 'SP112', severity: 'error', title: 'The file cannot be read' },

  notMapping: { code: 'SP201', severity: 'error', title: 'The document is not a mapping' },
  foreignFormat: { code: 'SP202', severity: 'error', title: 'A file of another format' },
  apiVersion: { code: 'SP203', severity: 'error', title: 'An unknown or missing `apiVersion`' },
  kind: { code: 'SP204', severity: 'error', title: 'An unknown or missing `kind`' },
  unknownField: { code: 'SP208', severity: 'error', title: 'An unknown field' },
  missingField: { code: 'SP209', severity: 'error', title: 'A required field is missing' },
  type: { code: 'SP210', severity: 'error', title: 'A value of the wrong type' },
  value: { code: 'SP211', severity: 'error', title: 'A value that is not one of those possible' },
  format: { code: 'SP212', severity: 'error', title: 'A value that is not written as it must be' },
  size: { code: 'SP213', severity: 'error', title: 'Too few, too many, too long or out of range' },
  destination: {
    code: 'SP214',
    severity: 'error',
    title: 'A destination or sender that is not exactly one of what is possible there',
  },
  misplacedField: { code: 'SP215', severity: 'error', title: 'A field that belongs elsewhere' },
  alternatives: {
    code: 'SP216',
    severity: 'error',
    title: 'Fields that exclude or need each other',
  },
  manifestVersion: {
    code: 'SP220',
    severity: 'error',
    title: 'An Agent Control Specification manifest of a version that is not read',
  },

  duplicateName: {
    code: 'SP301',
    severity: 'error',
    title: 'Two documents of a kind share a name',
  },
  duplicateId: { code: 'SP302', severity: 'error', title: 'Two clauses of a document share an id' },
  reservedName: { code: 'SP303', severity: 'error', title: '`Guardrail/builtin` is built in' },
  cidrSyntax: { code: 'SP304', severity: 'error', title: 'Not a CIDR' },
  cidrNoLength: { code: 'SP305', severity: 'error', title: 'A CIDR without a prefix length' },
  cidrHostBits: { code: 'SP306', severity: 'error', title: 'A CIDR with host bits set' },
  mappedAddress: { code: 'SP307', severity: 'error', title: 'An IPv4-mapped IPv6 address' },
  exceptOutside: { code: 'SP308', severity: 'error', title: 'An exception outside its CIDR' },
  address: { code: 'SP309', severity: 'error', title: 'Not an IP address' },
  portsMissing: { code: 'SP310', severity: 'error', title: 'tcp, udp or tls without ports' },
  portsRefused: { code: 'SP311', severity: 'error', title: 'Ports with a protocol without ports' },
  portRange: { code: 'SP312', severity: 'error', title: 'A port range that is not ascending' },
  hostSyntax: { code: 'SP313', severity: 'error', title: 'Not a host name or pattern' },
  publicSuffix: { code: 'SP314', severity: 'error', title: 'A wildcard over a public suffix' },
  noResolver: { code: 'SP315', severity: 'error', title: 'A host clause without a resolver' },
  workloadOverlap: { code: 'SP316', severity: 'error', title: 'Workloads of two agents overlap' },
  testFailed: { code: 'SP317', severity: 'error', title: 'A case of a PolicyTest fails' },
  timeZone: { code: 'SP318', severity: 'error', title: 'Not a time zone' },
  windowTimes: { code: 'SP319', severity: 'error', title: 'A window that closes when it opens' },
  unknownWindow: {
    code: 'SP320',
    severity: 'error',
    title: 'A window that the document does not define',
  },
  unknownBudget: {
    code: 'SP321',
    severity: 'error',
    title: 'A budget that the document does not define',
  },
  budgetSize: { code: 'SP322', severity: 'error', title: 'A budget beyond what can be counted' },
  calendarDay: { code: 'SP323', severity: 'error', title: 'A day or time that does not exist' },
  besideEndpoint: {
    code: 'SP324',
    severity: 'error',
    title: 'A clause states what its endpoint states',
  },
  emptyRequirement: {
    code: 'SP325',
    severity: 'error',
    title: 'A requirement that asks for nothing',
  },
  numberForm: {
    code: 'SP326',
    severity: 'error',
    title: 'A number that is not written in plain decimal digits',
  },
  unknownDocument: {
    code: 'SP330',
    severity: 'error',
    title: 'A reference to an endpoint or agent that does not exist',
  },
  unknownRoute: {
    code: 'SP331',
    severity: 'error',
    title: 'A route that a gateway group of the agent does not have',
  },
  unknownClause: {
    code: 'SP332',
    severity: 'error',
    title: 'A policy test names a clause that does not exist',
  },
  requirement: {
    code: 'SP333',
    severity: 'error',
    title: 'A clause does not meet what a guardrail requires',
  },
  manifestExtends: {
    code: 'SP340',
    severity: 'error',
    title: 'A manifest extends what cannot be read',
  },
  manifestConflict: {
    code: 'SP341',
    severity: 'error',
    title: 'Manifests that extend each other disagree',
  },

  more: { code: 'SP400', severity: 'warning', title: 'A file has more problems than are listed' },
  guardrailUnused: {
    code: 'SP401',
    severity: 'warning',
    title: 'A guardrail that is above no agent',
  },
  translatedAddress: {
    code: 'SP402',
    severity: 'warning',
    title: 'Addresses in 64:ff9b::/96 are judged as the IPv4 address inside',
  },
  clauseShadowed: {
    code: 'SP403',
    severity: 'warning',
    title: 'A clause that can never decide: others always decide before it',
  },
  contradiction: {
    code: 'SP404',
    severity: 'warning',
    title: 'An allow of what the same document denies',
  },
  clauseExpired: { code: 'SP405', severity: 'warning', title: 'A clause that has expired' },
  clauseEmpty: {
    code: 'SP406',
    severity: 'warning',
    title: 'A clause that no flow can match',
  },
  clauseExpiring: {
    code: 'SP407',
    severity: 'notice',
    title: 'A clause that expires within 14 days',
  },
  unencryptedData: {
    code: 'SP408',
    severity: 'warning',
    title: 'Sensitive data may leave the trusted networks unencrypted',
  },
  windowUnused: { code: 'SP409', severity: 'warning', title: 'A window that no clause names' },
  endpointUnused: { code: 'SP410', severity: 'warning', title: 'An endpoint that no clause names' },
  gatewayGroupUnused: {
    code: 'SP411',
    severity: 'warning',
    title: 'A gateway group that carries no agent',
  },
  gatewaysUnmatched: {
    code: 'SP412',
    severity: 'warning',
    title: 'An agent that no gateway group carries',
  },
  requirementNoted: {
    code: 'SP413',
    severity: 'warning',
    title: 'A clause does not meet what a guardrail in audit would require',
  },
  budgetUnused: { code: 'SP420', severity: 'warning', title: 'A budget that no clause names' },
  versionBump: {
    code: 'SP421',
    severity: 'warning',
    title: 'A version bump that does not fit the change',
  },
  manifestNotFollowed: {
    code: 'SP430',
    severity: 'warning',
    title: 'An `extends` of a manifest that is not followed',
  },
  manifestNoProfile: {
    code: 'SP431',
    severity: 'warning',
    title: 'A manifest that says nothing about the network',
  },
} as const satisfies Record<string, CodeEntry>;

export type ProblemName = keyof typeof problemCodes;

/** A problem of the table, at a place. What its texts quote from a file is made harmless. */
export function makeProblem(
  name: ProblemName,
  position: Position,
  message: string,
  remedy: string,
): Problem {
  const { code, severity } = problemCodes[name];
  const { file, line, column } = position;
  return {
    code,
    severity,
    file,
    line,
    column,
    message: told(message),
    remedy: told(remedy),
  };
}

// A message quotes the file, which may hold anything at any length.
const longest = 400;

function told(text: string): string {
  const harmless = harmlessText(text.slice(0, longest));
  return text.length > longest ? `${harmless}…` : harmless;
}
