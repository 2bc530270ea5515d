import {
  type Cidr,
  type HostPattern,
  type PortRange,
  parseCidr,
  type Window,
} from '../../policy/index.ts';
import type { Clause, Destination, IngressClause, RuleProtocol } from '../rule-set.ts';
import { expiryInstant, type ParsedWindow, parseWindow } from '../time/index.ts';

/** A clause with its texts parsed once; of an ingress clause `to` is what stands in `from`: the other side. */
export interface ParsedClause {
  readonly id: string;
  readonly to: ParsedDestination;
  readonly protocol: RuleProtocol;
  readonly ports: readonly PortRange[];
  readonly during: (ParsedWindow & { readonly window: Window }) | undefined;
  readonly expires: { readonly day: string; readonly instant: number } | undefined;
  readonly onBehalfOf: readonly string[] | undefined;
  readonly hasBudget: boolean;
}

export type ParsedDestination =
  | { readonly kind: 'any' }
  | { readonly kind: 'cidr'; readonly cidr: Cidr; readonly except: readonly Cidr[] }
  | { readonly kind: 'host'; readonly host: HostPattern }
  | { readonly kind: 'agent'; readonly agent: string };

export function parseClause(clause: Clause): ParsedClause {
  const { id, to, protocol, ports, during, expires, onBehalfOf, budget } = clause;
  return {
    id,
    to: parseDestination(to),
    protocol,
    ports,
    during: during && { window: during, ...parseWindow(during) },
    expires: expires === undefined ? undefined : { day: expires, instant: expiryInstant(expires) },
    onBehalfOf,
    hasBudget: budget !== undefined,
  };
}

export function parseIngressClause({ from, ...terms }: IngressClause): ParsedClause {
  return parseClause({ ...terms, to: from });
}

function parseDestination(to: Destination): ParsedDestination {
  return to.kind === 'cidr'
    ? { kind: 'cidr', cidr: toCidr(to.cidr), except: to.except.map(toCidr) }
    : to;
}

/** @throws {TypeError} if the text is no CIDR: not a RuleSet that compile or parseRuleSet returned. */
export function toCidr(text: string): Cidr {
  const cidr = parseCidr(text);
  if (typeof cidr === 'string') throw new TypeError(`${text} is no CIDR`);
  return cidr;
}
