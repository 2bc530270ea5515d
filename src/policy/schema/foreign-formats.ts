import type { Path } from '../yaml/index.ts';

/** A file that one could take for a network policy of agents. */
export interface ForeignFormat {
  /** What gives the format away. */
  readonly path: Path;
  readonly message: string;
  readonly remedy: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Names the look-alikes (rule A3), so that nobody believes that they are enforced. Whatever has an `apiVersion` is
 * none of them.
 */
export function foreignFormat(fields: Fields, file: string): ForeignFormat | undefined {
  if (fields.apiVersion !== undefined) return undefined;
  return controlStandard(fields) ?? agentShield(fields, file) ?? networkAllowlist(fields);
}

const moveOut = 'and move this file out of the policy folder';

/** OWASP's Agent Control Standard: JSON-RPC messages between an agent and its guardian. */
function controlStandard(fields: Fields): ForeignFormat | undefined {
  const path = [['params'], ['result'], []].find((at) =>
    Object.hasOwn(inside(fields, at), 'acs_version'),
  );
  return (
    path && {
      path: [...path, 'acs_version'],
      message:
        'this is a message of OWASP’s Agent Control Standard (`acs_version`), not a network policy, and not a manifest of Microsoft’s Agent Control Specification either',
      remedy: `write what the agent may reach as \`kind: AgentPolicy\`, ${moveOut}`,
    }
  );
}

const shieldStages = [
  'input_validation',
  'state_validation',
  'tool_execution_validation',
  'post_tool_validation',
  'output_validation',
];

/** AgentShield: stages that check an agent's calls inside its process. */
function agentShield(fields: Fields, file: string): ForeignFormat | undefined {
  const stage = shieldStages.find((name) => Object.hasOwn(fields, name));
  const named = fields.kind === undefined && /(?:^|[./])guardrails\.ya?ml$/.test(file);
  if (stage === undefined && !named) return undefined;
  return {
    path: stage === undefined ? [] : [stage],
    message: `this ${stage === undefined ? 'is named as' : 'has the shape of'} an AgentShield guardrails file, which checks calls inside the agent and is not enforced here`,
    remedy: `write what all agents may not reach as \`kind: Guardrail\`, what one may reach as \`kind: AgentPolicy\`, ${moveOut}`,
  };
}

/** The Agent Governance Toolkit's list of hosts for its sandbox: a field, or the rule of that name of its templates. */
function networkAllowlist(fields: Fields): ForeignFormat | undefined {
  const field = 'network_allowlist';
  const holder = ['', ...Object.keys(fields)].find((name) =>
    Object.hasOwn(name === '' ? fields : inside(fields, [name]), field),
  );
  const path = holder === undefined ? ruleNamed(fields, field) : [holder, field].filter(Boolean);
  return (
    path && {
      path,
      message:
        'this is a `network_allowlist` of the Agent Governance Toolkit, which its sandbox applies and which is not enforced here',
      remedy: `write each host as an allow clause (\`to: {host: …}\`) of \`kind: AgentPolicy\`, ${moveOut}`,
    }
  );
}

function ruleNamed(fields: Fields, name: string): Path | undefined {
  for (const [field, list] of Object.entries(fields)) {
    if (!Array.isArray(list)) continue;
    const index = list.findIndex((item) => isFields(item) && item.name === name);
    if (index >= 0) return [field, index, 'name'];
  }
  return undefined;
}

function inside(fields: Fields, path: readonly string[]): Fields {
  const value = path.reduce<unknown>((at, step) => (isFields(at) ? at[step] : undefined), fields);
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
