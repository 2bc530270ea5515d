import { structs } from '../layout/index.ts';
import { BpfMap } from './bpf-map.ts';
import { codecOf, u32, u64 } from './codec.ts';

/** Key and value of every map, by the name that it has in C. */
const codecs = {
  sp_state: [u32, codecOf(structs.state)],
  sp_meta: [u32, codecOf(structs.meta)],
  sp_sources: [codecOf(structs.sourceKey), codecOf(structs.source)],
  sp_agents: [u32, codecOf(structs.agent)],
  sp_rulesets: [u32, codecOf(structs.ruleset)],
  sp_prefixes: [codecOf(structs.prefixKey), codecOf(structs.listed)],
  sp_peers: [codecOf(structs.peerKey), u32],
  sp_blocks: [u32, codecOf(structs.block)],
  sp_budgets: [u32, codecOf(structs.budget)],
  sp_routes: [u32, codecOf(structs.route)],
  sp_spent: [u32, codecOf(structs.spent)],
  sp_conditions: [u32, codecOf(structs.condition)],
  sp_windows: [u32, codecOf(structs.window)],
  sp_name_rules: [u32, codecOf(structs.nameRule)],
  sp_suffixes: [codecOf(structs.suffixKey), codecOf(structs.suffix)],
  sp_trust: [codecOf(structs.trustKey), u32],
  sp_clauses: [u32, codecOf(structs.clauseText)],
  sp_flows: [codecOf(structs.flowKey), codecOf(structs.flow)],
  sp_questions: [codecOf(structs.flowKey), codecOf(structs.questions)],
  sp_learned: [codecOf(structs.learnedKey), codecOf(structs.learned)],
  sp_names: [codecOf(structs.nameKey), codecOf(structs.name)],
  sp_server_names: [codecOf(structs.flowKey), u64],
  sp_openings: [codecOf(structs.flowKey), codecOf(structs.opening)],
  sp_hellos: [codecOf(structs.helloKey), codecOf(structs.helloPart)],
  sp_agent_use: [u32, codecOf(structs.agentUse)],
  sp_paces: [u32, codecOf(structs.pace)],
  sp_sweeper: [u32, codecOf(structs.sweeper)],
  sp_denied: [u32, codecOf(structs.denied)],
  sp_clause_count: [u32, codecOf(structs.clauseCounter)],
  sp_reason_count: [u32, codecOf(structs.reasonCounter)],
  sp_losses: [u32, codecOf(structs.losses)],
  sp_events: [u32, u32],
  sp_grace: [u32, u32],
} as const;

export type MapName = keyof typeof codecs;

export const mapNames = Object.keys(codecs) as MapName[];

type MapOf<C> = C extends readonly [
  { decode(from: Buffer): infer K },
  { decode(from: Buffer): infer V },
]
  ? BpfMap<K, V>
  : never;

export type Maps = { readonly [N in MapName]: MapOf<(typeof codecs)[N]> };

/** The typed maps behind descriptors that `fdOf` finds. */
export function typedMaps(fdOf: (name: MapName) => number): Maps {
  const entries = mapNames.map((name) => {
    const [key, value] = codecs[name];
    return [name, new BpfMap<unknown, unknown>(name, fdOf(name), key as never, value as never)];
  });
  return Object.fromEntries(entries) as Maps;
}
