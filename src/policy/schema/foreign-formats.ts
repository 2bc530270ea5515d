interface ForeignFormat {
  /** The top-level field that gives the format away. */
  readonly field: string;
  readonly message: string;
  readonly remedy: string;
}

const writeAgentPolicy =
  'write the network permissions as `kind: AgentPolicy`, and move this file out of the policy folder';

/** Files that one could take for network policies of agents (rules A2, A3). They are refused by name. */
const formats: readonly ForeignFormat[] = [
  {
    field: 'agent_control_specification_version',
    message: 'this is an Agent Control Specification manifest, which this version does not read',
    remedy: writeAgentPolicy,
  },
  {
    field: 'acs_version',
    message: 'this is a message of OWASP’s Agent Control Standard, not a network policy',
    remedy: writeAgentPolicy,
  },
  {
    field: 'network_allowlist',
    message: 'this is an Agent Governance Toolkit allowlist, not a Sallyport policy',
    remedy: writeAgentPolicy,
  },
];

export function foreignFormat(
  fields: Readonly<Record<string, unknown>>,
): ForeignFormat | undefined {
  if (fields.apiVersion !== undefined) return undefined;
  return formats.find(({ field }) => Object.hasOwn(fields, field));
}
