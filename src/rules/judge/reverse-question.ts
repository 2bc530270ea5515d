import { type Address, isMapped, parseAddress } from '../../policy/index.ts';
import { builtinName } from '../builtin-guardrail.ts';
import { blockHolds } from './conditions.ts';
import { unwrapNat64 } from './packet.ts';
import type { ParsedClause } from './parse-clause.ts';
import type { ParsedAgent, ParsedGuardrail, ParsedRules } from './parse-rules.ts';
import { isUnexpired } from './unexpired.ts';

/** A question for the name of an address (PTR). */
export interface ReverseQuestion {
  readonly name: string;
  readonly at: number | undefined;
  /** Names that the agent has learned for the address. */
  readonly learned: readonly string[];
}

/**
 * Rule N2: the name of an address may be asked for where the agent has learned the address, or where some unexpired
 * allow holds it, whatever its port, window or principal, and no unconditional deny does.
 */
export function mayAskInReverse(
  rules: ParsedRules,
  agent: ParsedAgent,
  { name, at, learned }: ReverseQuestion,
): boolean {
  const address = askedAddress(name);
  if (!address) return false;
  if (learned.length > 0) return true;
  const peer = rules.ownerOf(address)?.name;
  const guardrails = agent.guardrails.filter(({ mode }) => mode === 'enforce');
  const allows = ({ allow }: Pick<ParsedGuardrail, 'allow'>, onlyByCidr = false) =>
    allow.some(
      (clause) =>
        !(onlyByCidr && clause.to.kind !== 'cidr') &&
        isUnexpired(clause, at) &&
        holdsAddress(clause, address, peer),
    );
  const lifted = guardrails.some((guardrail) => allows(guardrail, true)) ? builtinName : undefined;
  const isDenied = [agent, ...guardrails.filter(({ name: one }) => one !== lifted)].some(
    ({ deny }) =>
      deny.some((clause) => isUnconditional(clause) && holdsAddress(clause, address, peer)),
  );
  return !isDenied && [agent, ...guardrails].some((document) => allows(document));
}

/** At all times, for everybody and over everything: any other deny leaves something to be reached. */
export function isUnconditional({ protocol, during, expires, onBehalfOf }: ParsedClause): boolean {
  return protocol === 'any' && !during && !expires && !onBehalfOf;
}

function holdsAddress({ to }: ParsedClause, address: Address, peer: string | undefined): boolean {
  if (to.kind === 'any') return true;
  if (to.kind === 'agent') return to.agent === peer;
  return to.kind === 'cidr' && blockHolds(to, address);
}

/**
 * The address that a question for its name is about. As for flows: no packet may carry a mapped address, and NAT64 stands
 * for the IPv4 address inside (rule D11).
 */
export function askedAddress(name: string): Address | undefined {
  const asked = addressOfReverseName(name);
  const isPossible = asked && !(asked.family === 6 && isMapped(asked.value));
  return isPossible ? unwrapNat64(asked) : undefined;
}

/** The address that is written: `1.2.0.192.in-addr.arpa` (RFC 1035), 32 nibbles under `ip6.arpa` (RFC 3596). */
function addressOfReverseName(name: string): Address | undefined {
  const labels = name.split('.').toReversed();
  const [arpa, zone, ...parts] = labels;
  if (arpa !== 'arpa') return undefined;
  if (zone === 'in-addr') return parts.length === 4 ? parseAddress(parts.join('.')) : undefined;
  if (zone !== 'ip6' || parts.length !== 32) return undefined;
  if (!parts.every((nibble) => /^[\da-f]$/.test(nibble))) return undefined;
  return { family: 6, value: BigInt(`0x${parts.join('')}`) };
}
