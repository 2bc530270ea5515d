import { harmlessText, parseAddress } from '../../policy/index.ts';
import type { Grant, Reacher } from '../index.ts';
import { indented } from './columns.ts';
import { isSpecialUse } from './learnable-addresses.ts';
import { listed } from './listed.ts';
import { isByName } from './possible-grants.ts';
import { type GrantOptions, grantLines, joined } from './render-grants.ts';
import { nameText } from './set-words.ts';
import { countOf } from './verdict-words.ts';

/** Hosts of one agent that are named before the rest is counted. */
const mostHosts = 6;

/** Who can touch a host, and by which clause. Ends with a line break. */
export function renderReachers(
  target: string,
  reachers: readonly Reacher[],
  options: GrantOptions,
): string {
  return joined([
    [options.paint.strong(`${whoText(reachers.length)} reach ${harmlessText(target)}`)],
    ...reachers.map((reacher) => agentLines(reacher, options)),
  ]);
}

/**
 * Who can touch an address: first whom clauses let at it by its address, then who can under a name of theirs only, if
 * DNS gives that name this address; of these the names are told, and the clauses with `all`.
 */
export function renderAddressReachers(
  target: string,
  reachers: readonly Reacher[],
  options: GrantOptions,
): string {
  const { paint, width, all = false } = options;
  const parts = reachers.map(({ agent, grants }) => ({
    agent,
    grants,
    direct: regionsOf(grants, false),
    named: regionsOf(grants, true),
  }));
  const direct = parts.filter((part) => part.direct.length > 0);
  const onlyNamed = parts.filter((part) => part.direct.length === 0);
  const head =
    onlyNamed.length === 0
      ? `${whoText(direct.length)} reach ${harmlessText(target)}`
      : `${whoText(direct.length)} reach ${harmlessText(target)} by address, ${onlyNamed.length} only as a host that DNS gives it to`;
  return joined([
    [paint.strong(head), ...specialLines(target, width).map(paint.faint)],
    ...direct.map(({ agent, direct: grants, named }) => [
      ...agentLines({ agent, grants }, options),
      ...(all || named.length === 0
        ? grantLines(agent, all ? named : [], options)
        : indented(`if DNS gives one of them this address: ${hostsText(named)}`, 2, width)),
    ]),
    ...(all
      ? onlyNamed.map((part) => agentLines({ agent: part.agent, grants: part.named }, options))
      : [hostLines(onlyNamed, options)]),
  ]);
}

/** Why agents that may learn any other address are not told. */
function specialLines(target: string, width: number): string[] {
  const address = parseAddress(target);
  if (!address || !isSpecialUse(address)) return [];
  const text =
    'a special-use address: a host stands for it only for agents whose guardrails trust it (rule N1)';
  return indented(text, 0, width);
}

function whoText(agents: number): string {
  return agents === 0 ? 'nobody can' : `${countOf(agents, 'agent')} can`;
}

function agentLines({ agent, grants }: Reacher, options: GrantOptions): string[] {
  return [options.paint.strong(harmlessText(agent)), ...grantLines(agent, grants, options)];
}

function regionsOf(grants: readonly Grant[], named: boolean): Grant[] {
  return grants.flatMap((grant) => {
    const regions = grant.regions.filter((region) => isByName(region) === named);
    return regions.length > 0 ? [{ ...grant, regions }] : [];
  });
}

interface Named {
  readonly agent: string;
  readonly named: readonly Grant[];
}

function hostLines(agents: readonly Named[], { paint, width }: GrantOptions): string[] {
  if (agents.length === 0) return [];
  const widest = Math.max(...agents.map(({ agent }) => agent.length));
  return [
    paint.strong('Only as a host, if DNS gives it this address (--all)'),
    ...agents.flatMap(({ agent, named }) =>
      indented(`${harmlessText(agent).padEnd(widest)}  ${hostsText(named)}`, 2, width),
    ),
  ];
}

function hostsText(grants: readonly Grant[]): string {
  const hosts = grants.flatMap(({ regions }) =>
    regions.flatMap(({ names }) => (names?.some ?? []).map((terms) => nameText(terms, mostHosts))),
  );
  return harmlessText(listed([...new Set(hosts)], mostHosts));
}
