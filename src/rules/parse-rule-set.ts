import { Ajv } from 'ajv';
import {
  compareBytes,
  compareCidrs,
  days,
  formatAddress,
  formatCidr,
  hostCidr,
  isCalendarDay,
  isTimeZone,
  parseAddress,
  parseCidr,
  type Window,
} from '../policy/index.ts';
import { builtinName } from './builtin-guardrail.ts';
import { digestOfText } from './digest.ts';
import { documentsOf, sharing, withoutKnown } from './known-documents.ts';
import type {
  AgentRules,
  Clause,
  Destination,
  GatewayGroupRules,
  GuardrailRules,
  IngressClause,
  RuleSet,
} from './rule-set.ts';
import { ruleSetSchema } from './rule-set-schema.ts';
import { serialiseRuleSet } from './serialise.ts';

/** What is read is not a RuleSet as compile makes it. */
export class RuleSetError extends Error {
  override readonly name = 'RuleSetError';
}

const ajv = new Ajv({ strict: true });
const hasShape = ajv.compile<RuleSet>(ruleSetSchema);

/**
 * Reads what {@link serialiseRuleSet} wrote; a line break at the end may have been added.
 * @param known rules that were read before: agents and guardrails that have not changed are taken from there
 * @throws {RuleSetError} for anything else: what is enforced is exactly what was compiled.
 */
export function parseRuleSet(text: string, known?: RuleSet): RuleSet {
  const canonical = withoutLineBreak(text);
  const read = parseJson(canonical);
  const old = known && documentsOf(known);
  const ruleSet = old ? sharing(read, old) : read;
  // Each document by itself: those that are known were found well-formed before.
  const fresh = old ? withoutKnown(ruleSet, old) : ruleSet;
  if (!hasShape(fresh)) throw unfit(ajv.errorsText(hasShape.errors, { dataVar: 'rules' }));
  const whole = ruleSet as RuleSet;
  if (serialiseRuleSet(whole) !== canonical) throw unfit('not in canonical form');
  checkNames(whole);
  for (const agent of fresh.agents) checkAgent(agent);
  for (const guardrail of fresh.guardrails) checkGuardrail(guardrail);
  for (const group of fresh.gatewayGroups) checkRoutes(group);
  digestOfText(whole, canonical);
  return whole;
}

function withoutLineBreak(text: string): string {
  if (!text.endsWith('\n')) return text;
  return text.slice(0, text.endsWith('\r\n') ? -2 : -1);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unfit('not JSON');
  }
}

function checkNames({ agents, guardrails, gatewayGroups }: RuleSet): void {
  for (const documents of [agents, guardrails, gatewayGroups]) {
    const names = documents.map(({ name }) => name);
    if (!isAscending(names)) throw unfit('documents that are not sorted by name');
  }
  const known = new Set(guardrails.map(({ name }) => name));
  for (const { name, guardrails: above } of agents) {
    if (!above.includes(builtinName)) throw unfit(`the agent ${name} without ${builtinName}`);
    if (!isAscending(above)) throw unfit(`guardrails above ${name} that are not sorted by name`);
    const missing = above.find((guardrail) => !known.has(guardrail));
    if (missing !== undefined) throw unfit(`no guardrail ${missing}, which is above ${name}`);
  }
}

function checkAgent({ sources, resolvers, deny, allow, ingress }: AgentRules): void {
  checkCidrs(sources);
  checkAddresses(resolvers);
  [...deny, ...allow].forEach(checkClause);
  for (const clause of ingress) {
    checkPeer(clause.from);
    checkTerms(clause);
  }
}

function checkGuardrail({ resolvers, trusted, deny, allow }: GuardrailRules): void {
  checkCidrs(trusted);
  checkAddresses(resolvers);
  [...deny, ...allow].forEach(checkClause);
}

function checkClause(clause: Clause): void {
  checkPeer(clause.to);
  checkTerms(clause);
  const { id, onBehalfOf = [] } = clause;
  if (!isAscending(onBehalfOf)) throw unfit(`principals of ${id} that are not sorted`);
}

/** The agent of a peer may be unknown: then the clause matches nothing. */
function checkPeer(to: Destination): void {
  if (to.kind === 'cidr') {
    checkCidrs([to.cidr]);
    checkCidrs(to.except);
  }
}

function checkTerms({ id, protocol, ports, during, expires }: Clause | IngressClause): void {
  const takesPorts = protocol !== 'icmp' && protocol !== 'any';
  // Without ports a clause holds for all of them, which only `any` may say (rule K2).
  if (takesPorts !== ports.length > 0) {
    throw unfit(`${protocol} ${takesPorts ? 'without' : 'with'} ports in ${id}`);
  }
  const isCanonical = ports.every(
    ([low, high], i) => low <= high && low > (ports[i - 1]?.[1] ?? -1) + 1,
  );
  if (!isCanonical) throw unfit(`ports of ${id} that are not ascending`);
  if (during) checkWindow(id, during);
  if (expires !== undefined && !isCalendarDay(expires)) {
    throw unfit(`${expires} in ${id}, which is no day`);
  }
}

function checkWindow(id: string, { days: on, from, to, timezone }: Window): void {
  if (from === to) throw unfit(`an empty window in ${id}`);
  const numbers = on.map((day) => days.indexOf(day));
  if (numbers.some((number, i) => i > 0 && number <= (numbers[i - 1] ?? 0))) {
    throw unfit(`days of ${id} that are not in the order of the week`);
  }
  if (!isTimeZone(timezone)) {
    throw unfit(`the time zone ${timezone} of ${id}, which this machine does not know`);
  }
}

function checkRoutes({ routes }: GatewayGroupRules): void {
  const nextHops = Object.values(routes).flatMap((route) =>
    'nextHop' in route && route.nextHop !== undefined ? [route.nextHop] : [],
  );
  for (const nextHop of nextHops) checkAddresses([nextHop]);
}

/** In canonical text, sorted, none twice. */
function checkCidrs(texts: readonly string[]): void {
  const cidrs = texts.map((text) => {
    const cidr = parseCidr(text);
    if (typeof cidr === 'string' || formatCidr(cidr) !== text) throw unfit(`the CIDR ${text}`);
    return cidr;
  });
  const isSorted = cidrs.every((cidr, i) => {
    const before = cidrs[i - 1];
    return !before || compareCidrs(before, cidr) < 0;
  });
  if (!isSorted) throw unfit(`CIDRs that are not sorted: ${texts.join(', ')}`);
}

function checkAddresses(texts: readonly string[]): void {
  checkCidrs(
    texts.map((text) => {
      const address = parseAddress(text);
      if (!address || formatAddress(address) !== text) throw unfit(`the address ${text}`);
      return formatCidr(hostCidr(address));
    }),
  );
}

/** Bytewise, none twice. */
function isAscending(texts: readonly string[]): boolean {
  return texts.every((text, i) => i === 0 || compareBytes(texts[i - 1] ?? '', text) < 0);
}

function unfit(found: string): RuleSetError {
  return new RuleSetError(
    `This is no rule set that this version can read (${found}): compile the policies again.`,
  );
}
