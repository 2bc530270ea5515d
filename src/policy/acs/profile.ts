import type { Problem } from '../problem.ts';
import { makeProblem, type ProblemName } from '../problem-codes.ts';
import { show } from '../schema/index.ts';
import type { Mark, SourceDocument } from '../yaml/index.ts';
import { type Located, type OffsetSpace, partOf } from './located.ts';
import { isMapping } from './mapping.ts';

export interface Profile {
  /** One AgentPolicy for each agent, as if it were written alone; its parts stand where the manifests have them. */
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly Problem[];
}

/** The network profile under `metadata.sallyport` (rule A1); `undefined` if there is none. */
export function readProfile(
  metadata: Located,
  characters: number,
  position: OffsetSpace['position'],
): Profile | undefined {
  const profile = partOf(metadata, 'sallyport');
  if (!profile) return undefined;
  const problems: Problem[] = [];
  const fault = (name: ProblemName, { mark }: Located, message: string, remedy: string) => {
    const place = name === 'type' ? mark.value : (mark.key ?? mark.value);
    problems.push(makeProblem(name, position(place), message, remedy));
  };
  if (!isMapping(profile.value)) {
    fault(
      'type',
      profile,
      `\`sallyport\` must be a mapping, not ${show(profile.value)}`,
      'write `sallyport: {agents: …}`',
    );
    return { documents: [], problems };
  }
  for (const field of Object.keys(profile.value)) {
    const part = field === 'agents' ? undefined : partOf(profile, field);
    if (part) {
      fault(
        'unknownField',
        part,
        `unknown field \`${field}\` in \`sallyport\``,
        'possible here: `agents`',
      );
    }
  }
  const agents = partOf(profile, 'agents');
  if (!agents) {
    fault('missingField', profile, '`sallyport` lacks the field `agents`', 'add `agents`');
  } else if (!isMapping(agents.value)) {
    fault(
      'type',
      agents,
      `\`agents\` must be a mapping from name to policy, not ${show(agents.value)}`,
      'write `agents: {NAME: {workloads: …}}`',
    );
  } else if (Object.keys(agents.value).length === 0) {
    fault('size', agents, '`agents` is empty', 'name an agent, or remove `sallyport`');
  }
  const names = agents && isMapping(agents.value) ? Object.keys(agents.value) : [];
  const documents = names.flatMap((name) => {
    const body = agents && partOf(agents, name);
    return body ? agentDocument(name, body, metadata, characters, position) : [];
  });
  return { documents, problems };
}

function agentDocument(
  name: string,
  body: Located,
  metadata: Located,
  characters: number,
  position: OffsetSpace['position'],
): SourceDocument {
  const at = body.mark.key ?? body.mark.value;
  const place: Mark = { value: at, parts: new Map() };
  const own: Record<string, unknown> = Object.assign(Object.create(null), { name });
  const ownParts = new Map<string, Mark>([['name', { ...place, key: at }]]);
  for (const field of ['version', 'owner', 'labels']) {
    const part = partOf(metadata, field);
    if (!part) continue;
    own[field] = part.value;
    ownParts.set(field, part.mark);
  }
  return {
    value: Object.assign(Object.create(null), {
      apiVersion: 'sallyport.dev/v1',
      kind: 'AgentPolicy',
      metadata: own,
      spec: body.value,
    }),
    root: {
      value: at,
      parts: new Map<string, Mark>([
        ['apiVersion', place],
        ['kind', place],
        ['metadata', { ...metadata.mark, parts: ownParts }],
        ['spec', body.mark],
      ]),
    },
    characters,
    position,
  };
}
