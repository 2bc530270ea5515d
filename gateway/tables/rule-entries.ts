import { formatCidr, parseCidr } from '../../src/policy/index.ts';
import { specialUse } from '../../src/rules/index.ts';
import type { Maps, PackedEntries } from '../kernel/index.ts';
import { constants, type Decoded, type structs } from '../layout/index.ts';
import type { AgentTables, CandidateList, NamePhases } from '../lower/index.ts';
import type { Listed } from './list-store.ts';
import { nameRuleChain } from './name-rules.ts';
import { addressBytes, addressWords, reversedName, wireLength } from './wire.ts';

type Entry<K, V> = [K, V];
type PrefixKey = Decoded<typeof structs.prefixKey>;
type PeerKey = Decoded<typeof structs.peerKey>;
type SuffixKey = Decoded<typeof structs.suffixKey>;
type NameRule = Decoded<typeof structs.nameRule>;
type TrustKey = Decoded<typeof structs.trustKey>;

/** What one ruleset puts into the maps. */
export interface RuleEntries {
  readonly ruleset: Decoded<typeof structs.ruleset>;
  readonly prefixes: PackedEntries;
  readonly peers: PackedEntries;
  readonly suffixes: PackedEntries;
  readonly nameRules: PackedEntries;
  readonly trust: PackedEntries;
}

type RuleMaps = Pick<
  Maps,
  'sp_prefixes' | 'sp_peers' | 'sp_suffixes' | 'sp_name_rules' | 'sp_trust'
>;

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

export function ruleEntries(
  id: number,
  rules: AgentTables,
  numbers: Numbering,
  maps: RuleMaps,
): RuleEntries {
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
  const prefixes = rules.prefixes.map(
    ({ prefix, list }): Entry<PrefixKey, Listed> => [
      { ruleset: id, length: wireLength(prefix), addr: addressWords(prefix) },
      numbers.listed(list),
    ],
  );
  const peers = rules.peers.flatMap(({ agent: name, list }): Entry<PeerKey, number>[] => {
    const agent = numbers.agent(name);
    return agent === undefined ? [] : [[{ ruleset: id, agent }, numbers.list(list)]];
  });
  const suffixes = rules.suffixes.map(
    ({ suffix, labels, beyond }): Entry<SuffixKey, Decoded<typeof structs.suffix>> => [
      suffixKey(id, suffix),
      {
        labels,
        list: beyond.map(({ list }) => numbers.list(list)),
        name_rule: beyond.map(({ phases }) => nameRule(phases)),
      },
    ],
  );
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
    prefixes: maps.sp_prefixes.pack(prefixes),
    peers: maps.sp_peers.pack(peers),
    suffixes: maps.sp_suffixes.pack(suffixes),
    nameRules: maps.sp_name_rules.pack(nameRules),
    trust: maps.sp_trust.pack(trustEntries(id, rules.trusted.map(formatCidr), 1)),
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
