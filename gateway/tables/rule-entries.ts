import { createHash } from 'node:crypto';
import { compareCidrs, formatCidr, parseCidr } from '../../src/policy/index.ts';
import { specialUse } from '../../src/rules/index.ts';
import { constants, type Decoded, type structs } from '../layout/index.ts';
import {
  type AgentTables,
  type Candidate,
  type CandidateList,
  type Condition,
  listKey,
  type NamePhases,
  prefixText,
} from '../lower/index.ts';
import { nameRuleChain } from './name-rules.ts';
import { addressBytes, addressWords, reversedName, wireLength } from './wire.ts';

type Entry<K, V> = [K, V];
type PrefixKey = Decoded<typeof structs.prefixKey>;
type PeerKey = Decoded<typeof structs.peerKey>;
/** A list as it stands with what refers to it by address. */
export type Listed = Decoded<typeof structs.listed>;
type SuffixKey = Decoded<typeof structs.suffixKey>;
type NameRule = Decoded<typeof structs.nameRule>;
type TrustKey = Decoded<typeof structs.trustKey>;

/** What one ruleset puts into the maps. */
export interface RuleEntries {
  readonly ruleset: Decoded<typeof structs.ruleset>;
  readonly prefixes: readonly Entry<PrefixKey, Listed>[];
  readonly peers: readonly Entry<PeerKey, number>[];
  readonly suffixes: readonly Entry<SuffixKey, Decoded<typeof structs.suffix>>[];
  readonly nameRules: readonly Entry<number, NameRule>[];
  readonly trust: readonly Entry<TrustKey, number>[];
}

export type AgentNumbers = (name: string) => number | undefined;

/** How texts become numbers while entries are made. */
export interface Numbering {
  list(list: CandidateList): number;
  listed(list: CandidateList): Listed;
  clause(id: string | null): number;
  /** Of an agent; undefined where there is none of that name. */
  agent: AgentNumbers;
  /** Of a name's rule of later. */
  nameRule(): number;
}

export function ruleEntries(id: number, rules: AgentTables, numbers: Numbering): RuleEntries {
  const lengths = (family: 4 | 6) =>
    [
      ...new Set(
        rules.prefixes.filter((p) => p.prefix.family === family).map((p) => wireLength(p.prefix)),
      ),
    ].sort((a, b) => b - a);
  const nameRules: Entry<number, NameRule>[] = [];
  const nameRule = (phases: NamePhases): NameRule => {
    const { first, later } = nameRuleChain(phases, numbers.clause, numbers.nameRule);
    nameRules.push(...later);
    return first;
  };
  const lengths4 = lengths(4);
  const lengths6 = lengths(6);
  return {
    ruleset: {
      default_list: [numbers.listed(rules.otherwise)],
      named_denies: numbers.list(rules.namedDenies),
      longest_guardrails: wireLimit(rules.longestName.guardrails),
      longest_policy: wireLimit(rules.longestName.policy),
      name_rule: [nameRule(rules.otherNames)],
      lengths4_count: lengths4.length,
      lengths6_count: lengths6.length,
      lengths4: Uint8Array.from(lengths4),
      lengths6: Uint8Array.from(lengths6),
    },
    prefixes: rules.prefixes.map(({ prefix, list }) => [
      { ruleset: id, length: wireLength(prefix), addr: addressWords(prefix) },
      numbers.listed(list),
    ]),
    peers: rules.peers.flatMap(({ agent: name, list }): Entry<PeerKey, number>[] => {
      const agent = numbers.agent(name);
      return agent === undefined ? [] : [[{ ruleset: id, agent }, numbers.list(list)]];
    }),
    suffixes: rules.suffixes.map(({ suffix, labels, beyond }) => [
      suffixKey(id, suffix),
      {
        labels,
        list: beyond.map(({ list }) => numbers.list(list)),
        name_rule: beyond.map(({ phases }) => nameRule(phases)),
      },
    ]),
    nameRules,
    trust: trustEntries(id, rules.trusted.map(formatCidr), 1),
  };
}

/** A wire name has one octet more than its text has characters, the root label left out. */
function wireLimit(characters: number): number {
  return Math.min(characters + 1, constants.MAX_NAME);
}

function suffixKey(ruleset: number, suffix: string): SuffixKey {
  const name = reversedName(suffix);
  return { prefix_length: 32 + 8 * name.length, ruleset, name: new Uint8Array(name) };
}

/** Ruleset 0: special-use addresses, the same for all. */
export const specialUseEntries = () => trustEntries(0, specialUse, 1);

function trustEntries(
  ruleset: number,
  cidrs: readonly string[],
  value: number,
): Entry<TrustKey, number>[] {
  // IPv4 first and always: a short IPv6 block must not reach over ::ffff:0:0/96.
  const entries = new Map<string, Entry<TrustKey, number>>();
  const put = (text: string, trusted: number) => {
    const cidr = parseCidr(text);
    if (typeof cidr === 'string') throw new Error(`not a CIDR: ${text}`);
    const key = {
      prefix_length: 32 + wireLength(cidr),
      ruleset,
      addr: new Uint8Array(addressBytes(cidr)),
    };
    entries.set(text, [key, trusted]);
  };
  put('0.0.0.0/0', 0);
  for (const cidr of cidrs) put(cidr, value);
  return [...entries.values()];
}

/**
 * Equal for equal rules about the same agents: agents share a ruleset, and unchanged rules are not written again.
 */
export function rulesDigest(rules: AgentTables, agents: AgentNumbers): string {
  const hash = createHash('sha256');
  const add = (...parts: (string | number | null)[]) => hash.update(`${parts.join('\t')}\n`);
  const addPhases = (phases: NamePhases) => {
    for (const { until, flags, clause, noted } of phases) add('name', until, flags, clause, noted);
  };
  add('longest', rules.longestName.guardrails, rules.longestName.policy);
  add('otherwise', listKey(rules.otherwise));
  add('named', listKey(rules.namedDenies));
  addPhases(rules.otherNames);
  for (const { prefix, list } of rules.prefixes) add(prefixText(prefix), listKey(list));
  for (const { agent, list } of rules.peers) add('agent', agents(agent) ?? '', listKey(list));
  for (const { suffix, beyond } of rules.suffixes) {
    for (const { list, phases } of beyond) {
      add(suffix, listKey(list));
      addPhases(phases);
    }
  }
  for (const cidr of [...rules.trusted].sort(compareCidrs)) add('trusted', formatCidr(cidr));
  return hash.digest('hex');
}

/** How what a candidate refers to becomes numbers. */
export interface BlockNumbers {
  clause(id: string | null): number;
  condition(condition: Condition | null): number;
  budget(candidate: Candidate): number;
  route(candidate: Candidate): number;
}

/** A list by its blocks; with its candidates, where they are few. */
export function listedEntry(blocks: ReturnType<typeof blockEntries>): Listed {
  const [[list, { count, candidates }] = [0, { count: 0, candidates: [] }], more] = blocks;
  if (more || count > constants.CANDIDATES_AT_HAND) return { list, count: 0, candidates: [] };
  return { list, count, candidates };
}

/** The blocks that hold a list, from the numbers that they get. */
export function blockEntries(
  list: CandidateList,
  ids: readonly number[],
  numbers: BlockNumbers,
): Entry<number, Decoded<typeof structs.block>>[] {
  const size = constants.CANDIDATES_PER_BLOCK;
  return ids.map((id, i) => {
    const part = list.slice(i * size, (i + 1) * size);
    return [
      id,
      {
        count: part.length,
        next: ids[i + 1] ?? 0,
        candidates: part.map((c) => ({
          clause: numbers.clause(c.clause),
          rank: c.rank,
          port_low: c.low,
          port_high: c.high,
          protocols: c.protocols,
          decision: c.decision,
          reason: c.reason,
          flags: c.flags,
          condition: numbers.condition(c.condition),
          budget: numbers.budget(c),
          route: numbers.route(c),
        })),
      },
    ];
  });
}
