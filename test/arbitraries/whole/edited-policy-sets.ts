import fc from 'fast-check';
import type { AgentPolicy, Guardrail, PolicyClause, PolicySet } from '../../../src/policy/index.ts';
import { cidr, destinations, hosts, ports, workloads } from '../alphabet.ts';
import { position } from '../policy-sets.ts';
import { budgets, expiries, principals, windows } from './alphabet.ts';
import { type AgentName, wholeAgent, wholeGuardrail, wholePolicySets } from './policy-sets.ts';

/** Two versions of one policy folder, a few edits apart. */
export interface EditedPolicySets {
  readonly before: PolicySet;
  readonly after: PolicySet;
}

type Edit = (policySet: PolicySet) => PolicySet;

export function editedPolicySets(): fc.Arbitrary<EditedPolicySets> {
  return wholePolicySets().chain((before) =>
    fc
      .array(edit(before), { minLength: 1, maxLength: 3 })
      .map((edits) => ({ before, after: edits.reduce((set, apply) => apply(set), before) })),
  );
}

function edit({ endpoints }: PolicySet): fc.Arbitrary<Edit> {
  return fc.oneof(
    { weight: 6, arbitrary: clauseListEdit() },
    { weight: 8, arbitrary: clauseEdit() },
    { weight: 2, arbitrary: endpointEdit() },
    {
      weight: 1,
      arbitrary: fc.constant(
        onGuardrails((guardrail) => ({ ...guardrail, ...flipped(guardrail) })),
      ),
    },
    {
      weight: 1,
      arbitrary: pick().map((at) => onAgent(at, (agent) => ({ ...agent, ...flipped(agent) }))),
    },
    { weight: 2, arbitrary: sourcesEdit() },
    { weight: 2, arbitrary: ingressEdit() },
    {
      weight: 1,
      arbitrary: pick().map((at) =>
        onAgent(at, (agent) => ({ ...agent, resolvers: agent.resolvers.slice(1) })),
      ),
    },
    {
      weight: 1,
      arbitrary: pick().map(
        (at): Edit =>
          (set) => ({ ...set, guardrails: without(set.guardrails, at) }),
      ),
    },
    {
      weight: 1,
      arbitrary: wholeGuardrail('added', endpoints).map(
        (added): Edit =>
          (set) => ({
            ...set,
            guardrails: [
              ...set.guardrails.filter(({ metadata }) => metadata.name !== 'added'),
              added,
            ],
          }),
      ),
    },
    { weight: 1, arbitrary: agentEdit(endpoints) },
  );
}

/** A number that any list can take as a position. */
function pick(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 59 });
}

function clauseListEdit(): fc.Arbitrary<Edit> {
  return fc
    .record({
      on: pick(),
      at: pick(),
      effect: fc.constantFrom('allow' as const, 'deny' as const),
      how: fc.constantFrom('remove', 'move', 'add'),
      added: addedClause(),
    })
    .map(({ on, at, effect, how, added }) =>
      onDocument(on, (document) => {
        const list = document[effect];
        const place = list.length > 0 ? at % list.length : 0;
        const one = list[place];
        const rest = without(list, at);
        if (how === 'remove' || (how === 'move' && !one)) return { ...document, [effect]: rest };
        const there = how === 'move' && one ? one : { ...added, id: `added-${effect}` };
        const others = how === 'move' ? rest : list.filter(({ id }) => id !== there.id);
        return {
          ...document,
          [effect]: others.toSpliced((at + 1) % (others.length + 1), 0, there),
        };
      }),
    );
}

function addedClause(): fc.Arbitrary<PolicyClause> {
  return fc
    .constantFrom(
      ...hosts.map((host) => ({ kind: 'host' as const, host })),
      ...destinations.map((one) => ({ kind: 'cidr' as const, cidr: one, except: [] })),
    )
    .map((to) => ({
      ...{ id: 'added', to, protocol: 'tcp' as const, ports: [[443, 443]] as const },
      ...{ accepts: [], paths: [], position },
    }));
}

/** One term of one clause. */
function clauseEdit(): fc.Arbitrary<Edit> {
  const change = fc.oneof<fc.Arbitrary<(clause: PolicyClause) => PolicyClause>[]>(
    fc
      .constantFrom(...ports)
      .map(
        (range) => (clause) => (clause.ports.length > 0 ? { ...clause, ports: [range] } : clause),
      ),
    fc
      .constantFrom(...Object.keys(windows), undefined)
      .map((during) => (clause) => replaced(clause, { during })),
    fc
      .constantFrom(...expiries, undefined)
      .map((expires) => (clause) => replaced(clause, { expires })),
    fc
      .constantFrom(undefined, ...principals.map((one) => [one]))
      .map((onBehalfOf) => (clause) => replaced(clause, { onBehalfOf })),
    fc
      .constantFrom(...hosts)
      .map((host) => (clause) => ({ ...clause, to: { kind: 'host', host } })),
    fc
      .constantFrom(...destinations)
      .map((one) => (clause) => ({ ...clause, to: { kind: 'cidr', cidr: one, except: [] } })),
    fc.constant((clause) =>
      clause.ports.length > 0
        ? { ...clause, protocol: clause.protocol === 'tcp' ? 'tls' : 'tcp' }
        : clause,
    ),
  );
  const ofDocument = fc
    .tuple(pick(), pick(), fc.constantFrom('allow' as const, 'deny' as const), change)
    .map(([on, at, effect, apply]) =>
      onDocument(on, (document) => ({
        ...document,
        [effect]: changedAt(document[effect], at, apply),
      })),
    );
  const budget = fc
    .tuple(pick(), pick(), fc.constantFrom(...Object.keys(budgets), undefined))
    .map(([on, at, name]) =>
      onAgent(on, (agent) => ({
        ...agent,
        allow: changedAt(agent.allow, at, (clause) => replaced(clause, { budget: name })),
      })),
    );
  return fc.oneof({ weight: 6, arbitrary: ofDocument }, { weight: 1, arbitrary: budget });
}

/** The terms of an Endpoint, and so of every clause that names it. */
function endpointEdit(): fc.Arbitrary<Edit> {
  return fc.constantFrom(...ports).map(
    (range): Edit =>
      ({ endpoints, ...set }) => {
        const [first] = endpoints;
        if (!first || first.ports.length === 0) return { endpoints, ...set };
        const apply = (clause: PolicyClause) =>
          clause.endpoint === first.metadata.name ? { ...clause, ports: [range] } : clause;
        const inDocument = <D extends AgentPolicy | Guardrail>(document: D): D => ({
          ...document,
          allow: document.allow.map(apply),
          deny: document.deny.map(apply),
        });
        return {
          ...set,
          endpoints: [{ ...first, ports: [range] }, ...endpoints.slice(1)],
          agents: set.agents.map(inDocument),
          guardrails: set.guardrails.map(inDocument),
        };
      },
  );
}

function sourcesEdit(): fc.Arbitrary<Edit> {
  return fc.tuple(pick(), fc.constantFrom('fewer', 'selector', 'cidrs')).map(([on, how]) =>
    onAgent(on, (agent) => {
      const { name } = agent.metadata;
      const { cidrs, selector } = agent.workloads;
      const all = workloads[name as AgentName].map(cidr);
      if (how === 'fewer' && cidrs.length > 1) {
        return { ...agent, workloads: { cidrs: cidrs.slice(1), selector } };
      }
      return how === 'selector'
        ? { ...agent, workloads: { cidrs, selector: { app: name } } }
        : { ...agent, workloads: { cidrs: all, selector: {} } };
    }),
  );
}

function ingressEdit(): fc.Arbitrary<Edit> {
  return fc.tuple(pick(), pick(), fc.boolean()).map(([on, at, add]) =>
    onAgent(on, (agent) => ({
      ...agent,
      ingress: add
        ? [{ id: 'added', from: { kind: 'any' }, protocol: 'any', ports: [], position }]
        : without(agent.ingress, at),
    })),
  );
}

function agentEdit(endpoints: PolicySet['endpoints']): fc.Arbitrary<Edit> {
  const added = fc
    .constantFrom(...(Object.keys(workloads) as AgentName[]))
    .chain((name) => wholeAgent(name, endpoints));
  const remove = pick().map(
    (at): Edit =>
      (set) => ({ ...set, agents: set.agents.length > 1 ? without(set.agents, at) : set.agents }),
  );
  const add = added.map(
    (one): Edit =>
      (set) => ({
        ...set,
        agents: [...set.agents.filter(({ metadata }) => metadata.name !== one.metadata.name), one],
      }),
  );
  return fc.oneof(remove, add);
}

function onDocument(at: number, change: (document: Document) => Document): Edit {
  return (set) => {
    const count = set.agents.length + set.guardrails.length;
    const place = at % count;
    return {
      ...set,
      agents: set.agents.map((one, i) => (i === place ? (change(one) as AgentPolicy) : one)),
      guardrails: set.guardrails.map((one, i) =>
        i + set.agents.length === place ? (change(one) as Guardrail) : one,
      ),
    };
  };
}

type Document = AgentPolicy | Guardrail;

function onAgent(at: number, change: (agent: AgentPolicy) => AgentPolicy): Edit {
  return (set) => ({ ...set, agents: changedAt(set.agents, at, change) });
}

function onGuardrails(change: (guardrail: Guardrail) => Guardrail): Edit {
  return (set) => ({ ...set, guardrails: changedAt(set.guardrails, 0, change) });
}

function changedAt<T>(list: readonly T[], at: number, change: (one: T) => T): T[] {
  return list.map((one, i) => (i === at % list.length ? change(one) : one));
}

function without<T>(list: readonly T[], at: number): T[] {
  return list.filter((_, i) => i !== at % list.length);
}

function flipped({ mode }: Pick<Document, 'mode'>): Pick<Document, 'mode'> {
  return { mode: mode === 'audit' ? 'enforce' : 'audit' };
}

/** With a field set, or left out where it is undefined. */
function replaced(
  clause: PolicyClause,
  field: { [K in keyof PolicyClause]?: PolicyClause[K] | undefined },
): PolicyClause {
  const kept = Object.entries({ ...clause, ...field }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as unknown as PolicyClause;
}
