import { outcomeText, placeText, unrecordedTexts } from './describe-rules.ts';
import { countOf, join, type Phrase, say } from './phrase.ts';
import type { FindPlace, Place } from './places.ts';
import type { DocumentChange } from './rule-changes.ts';
import type { AgentImpact, Change, Simulation } from './simulation.ts';

/** Something that a person should look at before the change is merged. */
export interface AttentionItem {
  /** `breaks`: traffic would be refused; `opens`: traffic would get through; `weakens`: see the rule; `unsure`. */
  readonly kind: 'breaks' | 'opens' | 'weakens' | 'unsure';
  readonly phrase: Phrase;
  /** Where it comes from, `null` where no line says it. */
  readonly place: Place | null;
}

const mostNamed = 5;
const order = ['breaks', 'weakens', 'opens', 'unsure'] as const;

/** What needs attention, the gravest first. */
export function attentionItems(
  simulation: Simulation,
  changes: readonly DocumentChange[],
  findPlace: FindPlace,
): AttentionItem[] {
  const items = [
    ...simulation.agents.flatMap((impact) => trafficItems(impact, findPlace)),
    ...changes.flatMap((change) => weakeningItems(change, findPlace)),
    ...unknownItems(simulation),
  ];
  return items.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

const kinds = {
  newlyDenied: { kind: 'breaks', verb: 'would be denied' },
  newlyWouldDeny: { kind: 'breaks', verb: 'would be denied if the agent were not in audit' },
  newlyAllowed: { kind: 'opens', verb: 'would be allowed' },
  undetermined: { kind: 'unsure', verb: 'cannot be judged' },
} as const;

function trafficItems({ agent, changes }: AgentImpact, findPlace: FindPlace): AttentionItem[] {
  return changes.flatMap((change) => {
    if (change.kind === 'noLongerWouldDeny') return [];
    const { kind, verb } = kinds[change.kind];
    const { flows, destination, before, after, dependsOn } = change;
    const phrase: Phrase = [
      ...say`${agent ?? 'no agent'}: `,
      `${countOf(flows, 'flow')} to `,
      { value: placeText(destination) },
      ` ${verb}`,
      ...(dependsOn
        ? [`: it depends on ${unrecordedTexts[dependsOn]}, and that was not recorded`]
        : []),
      ...(before && after ? say` (${outcomeText(before)} → ${outcomeText(after)})` : []),
    ];
    return [{ kind, phrase, place: placeOfChange(change, agent, findPlace) }];
  });
}

/** The clause that decides now, or else the one that decided and is in question, or else the policy. */
function placeOfChange(
  { before, after }: Change,
  agent: string | null,
  findPlace: FindPlace,
): Place | null {
  const ids = [after?.clause, before?.clause, `AgentPolicy/${agent}`];
  return ids.map((id) => (id ? findPlace(id) : null)).find((place) => place !== null) ?? null;
}

function weakeningItems(
  { document, statements }: DocumentChange,
  findPlace: FindPlace,
): AttentionItem[] {
  return statements
    .filter(({ weakens }) => weakens)
    .map(({ clause, phrase }) => ({
      kind: 'weakens' as const,
      phrase: [{ value: document }, ': ', ...phrase],
      place: (clause === null ? null : findPlace(clause)) ?? findPlace(document),
    }));
}

function unknownItems({ unknownAgents, unknownAgentFlows }: Simulation): AttentionItem[] {
  if (unknownAgentFlows === 0) return [];
  const names = unknownAgents.slice(0, mostNamed).map(({ agent }) => say`${agent}`);
  const phrase: Phrase = [
    `${countOf(unknownAgentFlows, 'flow')} left out, for no policy knows the agent: `,
    ...join(names, ', '),
    unknownAgents.length > mostNamed ? ', …' : '',
  ];
  return [{ kind: 'unsure', phrase, place: null }];
}
