import { parsePolicies } from '../src/policy/index.ts';
import { type AgentRules, type Clause, compile, type RuleSet } from '../src/rules/index.ts';
import { languageCase } from './language-case.ts';

const clausesEach = 100;

/** So many rules of agents with 100 each. */
export function rulesOverAgents(rules: number): RuleSet {
  // An agent is paired with another, so there are two at least.
  const agents = Math.max(2, rules / clausesEach);
  const { files } = languageCase(agents, rules / agents);
  return compile(parsePolicies(files).policySet);
}

/** The same rules as those of one agent. */
export function rulesOfOneAgent(rules: number): RuleSet {
  const ruleSet = rulesOverAgents(rules);
  const [first, second] = ruleSet.agents;
  if (!first || !second) throw new Error('there are no agents');
  const all = (read: (agent: AgentRules) => readonly Clause[]) =>
    ruleSet.agents.flatMap((agent) =>
      read(agent)
        .filter(({ to }) => to.kind !== 'agent')
        .map((clause) => ({ ...clause, id: clause.id.replace('#', `#${agent.name}-`) })),
    );
  const agent = { ...first, allow: all(({ allow }) => allow), deny: all(({ deny }) => deny) };
  return { ...ruleSet, agents: [agent, { ...second, allow: [], deny: [] }] };
}

/** Ten edits such as reviewers see, one in each tenth of the rules; another `round` edits other places. */
export function withTenEdits(ruleSet: RuleSet, round: number): RuleSet {
  const editing = ruleSet.agents.filter(({ allow }) => allow.length > 0);
  const changed = new Map<string, AgentRules>();
  for (const [i, edit] of edits.entries()) {
    const agent = editing[Math.floor((i * editing.length) / edits.length)];
    if (!agent) continue;
    const current = changed.get(agent.name) ?? agent;
    const place =
      (Math.floor((i * current.allow.length) / edits.length) + 17 * round) % current.allow.length;
    changed.set(agent.name, edit(current, place));
  }
  return { ...ruleSet, agents: ruleSet.agents.map((agent) => changed.get(agent.name) ?? agent) };
}

type Edit = (agent: AgentRules, place: number) => AgentRules;

function changing(change: (clause: Clause) => Clause): Edit {
  return (agent, place) => ({
    ...agent,
    allow: agent.allow.map((clause, i) => (i === place ? change(clause) : clause)),
  });
}

function removing(agent: AgentRules, place: number): AgentRules {
  return { ...agent, allow: agent.allow.toSpliced(place, 1) };
}

function adding(terms: Pick<Clause, 'to' | 'protocol' | 'ports'>): Edit {
  return (agent, place) => {
    const clause = { id: `AgentPolicy/${agent.name}#new-${place}`, ...terms };
    return { ...agent, allow: agent.allow.toSpliced(place, 0, clause) };
  };
}

/** Allows that are removed, added, moved, widened and bound; denies by block on a port that are added and removed. */
const edits: readonly Edit[] = [
  removing,
  addingTo('172.20.0.0/15', 5432),
  adding({
    to: { kind: 'host', host: { match: 'many', suffix: 's7.example.com' } },
    protocol: 'tls',
    ports: [[443, 443]],
  }),
  changing((clause) => ({ ...clause, expires: '2027-03-31' })),
  changing((clause) => (clause.ports.length === 0 ? clause : { ...clause, ports: [[1, 65535]] })),
  (agent, place) => {
    const clause = agent.allow[place];
    return clause ? { ...agent, allow: [clause, ...agent.allow.toSpliced(place, 1)] } : agent;
  },
  denying({ protocol: 'tcp', ports: [[5432, 5432]] }),
  changing((clause) => ({
    ...clause,
    during: { days: ['sat', 'sun'], from: 0, to: 720, timezone: 'Europe/Berlin' },
  })),
  changing((clause) => ({ ...clause, onBehalfOf: ['group:auditors'] })),
  changing((clause) => ({ ...clause, via: 'internet' })),
];

/** Edits that meet thousands of clauses by host at once, on the port that all of them have. */
export const broadEdits: readonly { readonly name: string; readonly edit: Edit }[] = [
  { name: 'a /16 is denied, every protocol', edit: denying({ protocol: 'any', ports: [] }) },
  { name: 'a /15 is allowed on the port of all hosts', edit: addingTo('172.20.0.0/15', 443) },
];

/** A broad edit in the middle of the first agent’s clauses. */
export function withEdit(ruleSet: RuleSet, edit: Edit): RuleSet {
  const [first, ...others] = ruleSet.agents;
  if (!first) return ruleSet;
  return { ...ruleSet, agents: [edit(first, first.allow.length >> 1), ...others] };
}

function addingTo(cidr: string, port: number): Edit {
  return adding({
    to: { kind: 'cidr', cidr, except: [] },
    protocol: 'tcp',
    ports: [[port, port]],
  });
}

function denying(traffic: Pick<Clause, 'protocol' | 'ports'>): Edit {
  const to = { kind: 'cidr', cidr: '172.16.0.0/16', except: ['172.16.4.0/24'] } as const;
  return (agent) => ({
    ...agent,
    deny: [...agent.deny, { id: `AgentPolicy/${agent.name}#new-deny`, to, ...traffic }],
  });
}
