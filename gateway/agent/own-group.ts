import type { RuleSet } from '../../src/rules/index.ts';

/**
 * Which gateway group a gateway is of: the one that it was told, or else the only one that the policies describe.
 * Undefined where they describe none.
 * @throws Error where they describe several
 */
export function ownGroup({ gatewayGroups }: RuleSet, told?: string): string | undefined {
  const names = gatewayGroups.map(({ name }) => name);
  if (told !== undefined || names.length <= 1) return told ?? names[0];
  throw new Error(
    `The policies describe the gateway groups ${names.join(', ')}: say with --group which of them this gateway is of.`,
  );
}
