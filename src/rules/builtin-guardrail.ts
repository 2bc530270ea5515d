import type { Clause, GuardrailRules } from './rule-set.ts';

/** Name of the document that is always present and that no policy may take. */
export const builtinName = 'builtin';

const denied = {
  metadata: ['100.100.100.200/32', '168.63.129.16/32', '169.254.169.254/32', 'fd00:ec2::254/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
} as const;

/**
 * Cloud metadata services and link-local neighbours (rule D7). A clause has one destination, so that several entries
 * share an id: to whoever reads a log they are one clause.
 */
export const builtinGuardrail: GuardrailRules = {
  name: builtinName,
  version: '1.0.0',
  mode: 'enforce',
  resolvers: [],
  dns: {},
  trusted: [],
  deny: Object.entries(denied).flatMap(([id, cidrs]) =>
    cidrs.map(
      (cidr): Clause => ({
        id: `Guardrail/${builtinName}#${id}`,
        to: { kind: 'cidr', cidr, except: [] },
        protocol: 'any',
        ports: [],
      }),
    ),
  ),
  allow: [],
};
