import { Document, isMap, isPair, type Pair, type YAMLMap } from 'yaml';
import { harmlessText } from '../harmless-text.ts';
import type { Position } from '../problem.ts';
import type { DraftClause, DraftPolicy } from './draft-policy.ts';
import type { Hint } from './hints.ts';

/** What stands where only a person can say what belongs there; `check` refuses it. */
const fillIn = 'FILL-IN';

/** A draft as YAML, with comments that say where each clause comes from and what must be filled in. */
export function draftText(draft: DraftPolicy): string {
  const { name, version, owner, clauses } = draft;
  const document = new Document({
    apiVersion: 'sallyport.dev/v1',
    kind: 'AgentPolicy',
    metadata: { name, version, ...(owner === undefined ? {} : { owner }) },
    spec: {
      workloads: { cidrs: [fillIn] },
      ...(clauses.some(({ terms }) => 'host' in terms.to) ? { dns: { resolvers: [fillIn] } } : {}),
      ...(clauses.length > 0 ? { allow: clauses.map(clauseFields) } : {}),
    },
  });
  const path = (...steps: (string | number)[]) => document.getIn(steps, true);
  commentKey(document.contents, 'apiVersion', heading(draft));
  commentKey(path('spec'), 'workloads', [`${fillIn}: the agent's addresses, such as 10.8.1.0/28`]);
  commentKey(path('spec'), 'dns', [
    `${fillIn}: the resolvers that the agent may ask, such as 10.8.0.53`,
  ]);
  clauses.forEach(({ hints }, index) => {
    const clause = path('spec', 'allow', index);
    if (isMap(clause)) clause.commentBefore = lines(hints.map(describeHint));
  });
  if (draft.left.length > 0) {
    document.comment = lines(['Hints that come to no clause:', ...draft.left.map(describeLeft)]);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function heading({ manifest, notCompiled, notRead, hasProfile, clauses }: DraftPolicy): string[] {
  return [
    `A draft, made of what ${manifest.file} hints at. Hints are no permissions that anybody gave:`,
    'read every clause, remove what the agent does not need, and add what is missing.',
    `Fill in what is marked ${fillIn}; \`sallyport check\` refuses it until then.`,
    ...(clauses.length === 0
      ? ['Nothing in the manifest hints at where its agent connects to.']
      : []),
    ...(hasProfile
      ? [
          'The manifest has a profile under metadata.sallyport already, which `sallyport check` reads; do not keep both.',
        ]
      : []),
    ...notCompiled.map(
      ({ id, type, position }) =>
        `Not compiled: the policy ${id} (${type}, ${place(position)}). It stays with the manifest's own runtime.`,
    ),
    ...notRead.map(
      ({ reference, position }) =>
        `Not read: ${reference}, which the manifest extends (${place(position)}). Make a draft of it too.`,
    ),
  ];
}

function clauseFields({ id, terms: { to, protocol, port } }: DraftClause) {
  return { id, to, protocol, ...(port === undefined ? {} : { ports: [port] }) };
}

function describeHint({ field, text, position, terms }: Hint): string {
  const assumed = typeof terms !== 'string' && terms.assumed ? '; HTTPS is a guess' : '';
  return `${place(position)} ${field}: ${text}${assumed}`;
}

function describeLeft({ field, text, position, terms }: Hint): string {
  return `${place(position)} ${field}: ${text} (${typeof terms === 'string' ? terms : ''})`;
}

function place({ file, line }: Position): string {
  return `${file}:${line}`;
}

function commentKey(map: unknown, key: string, texts: readonly string[]): void {
  if (!isMap(map)) return;
  const pair = (map as YAMLMap).items.find(
    (item): item is Pair<{ value: string; commentBefore?: string }> =>
      isPair(item) && (item.key as { value?: unknown }).value === key,
  );
  if (pair) pair.key.commentBefore = lines(texts);
}

/** Text from the manifest must not end a comment. */
function lines(texts: readonly string[]): string {
  return texts.map((text) => ` ${harmlessText(text)}`).join('\n');
}
