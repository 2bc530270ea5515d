import { Ajv } from 'ajv';
import { formatAddress, formatCidr, parseAddress, parseCidr } from '../policy/index.ts';
import { builtinName } from './builtin-guardrail.ts';
import type { Clause, RuleSet } from './rule-set.ts';
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
 * @throws {RuleSetError} for anything else: what is enforced is exactly what was compiled.
 */
export function parseRuleSet(text: string): RuleSet {
  const ruleSet = parseJson(text);
  if (!hasShape(ruleSet)) throw unfit(ajv.errorsText(hasShape.errors, { dataVar: 'rules' }));
  if (serialiseRuleSet(ruleSet) !== text.replace(/\r?\n$/, ''))
    throw unfit('not in canonical form');
  checkNames(ruleSet);
  for (const { sources } of ruleSet.agents) sources.forEach(checkCidr);
  for (const { trusted } of ruleSet.guardrails) trusted.forEach(checkCidr);
  for (const document of [...ruleSet.agents, ...ruleSet.guardrails]) {
    document.resolvers.forEach(checkAddress);
    [...document.deny, ...document.allow].forEach(checkClause);
  }
  return ruleSet;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unfit('not JSON');
  }
}

function checkNames({ agents, guardrails }: RuleSet): void {
  for (const documents of [agents, guardrails]) {
    const names = documents.map(({ name }) => name);
    if (names.some((name, i) => i > 0 && name <= (names[i - 1] ?? ''))) {
      throw unfit('documents that are not sorted by name');
    }
  }
  const known = new Set(guardrails.map(({ name }) => name));
  for (const { name, guardrails: above } of agents) {
    if (!above.includes(builtinName)) throw unfit(`the agent ${name} without ${builtinName}`);
    const missing = above.find((guardrail) => !known.has(guardrail));
    if (missing !== undefined) throw unfit(`no guardrail ${missing}, which is above ${name}`);
  }
}

function checkClause({ id, to, ports }: Clause): void {
  if (to.kind === 'cidr') [to.cidr, ...to.except].forEach(checkCidr);
  if (ports.some(([low, high]) => low > high)) throw unfit(`descending ports in ${id}`);
}

function checkCidr(text: string): void {
  const cidr = parseCidr(text);
  if (typeof cidr === 'string' || formatCidr(cidr) !== text) throw unfit(`the CIDR ${text}`);
}

function checkAddress(text: string): void {
  const address = parseAddress(text);
  if (!address || formatAddress(address) !== text) throw unfit(`the address ${text}`);
}

function unfit(found: string): RuleSetError {
  return new RuleSetError(
    `This is no rule set that this version can read (${found}): compile the policies again.`,
  );
}
