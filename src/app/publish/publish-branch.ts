import type { Logger } from 'pino';
import { publishBundle } from '../../bundle/index.ts';
import { harmlessText, isError } from '../../policy/index.ts';
import { compile, type RuleSet, ruleSetDigest } from '../../rules/index.ts';
import type { BundleConfiguration, RepositoryConfiguration } from '../configuration/index.ts';
import { type Branch, type ForgeReader, settledHead } from '../forge/index.ts';
import {
  parsePolicyFiles,
  problemsInRepository,
  type ReadCache,
  readPolicyFiles,
} from '../policies/index.ts';
import type { Publication, State } from '../state/index.ts';
import { placeOf } from './renewal.ts';

export interface PublishContext {
  readonly bundles: BundleConfiguration;
  readonly state: State;
  readonly cache: ReadCache;
  readonly log: Logger;
  /** There is a publication, or a failed one, that others want to hear of. */
  readonly published: (publication: Publication) => void;
}

/** What a commit comes to. */
type Outcome =
  | { readonly ruleSet: RuleSet; readonly digest: string }
  | { readonly failure: string };

/**
 * Brings the rules of a repository's default branch to its gateway groups: reads what the branch holds now, compiles,
 * signs, publishes. Nothing is published while the policies have errors, and nothing where the rules are the same.
 * Only reads of GitHub are waited for.
 */
export async function publishBranch(
  context: PublishContext,
  forge: ForgeReader,
  repository: RepositoryConfiguration,
  staleHead: string | undefined,
): Promise<void> {
  const startedAt = performance.now();
  const branch = await settledHead(() => forge.defaultBranch(), staleHead);
  if (!branch) return;
  const due = repository.groups.filter((group) => isDue(context.state, group, branch));
  if (due.length === 0) return;
  const [outcome, pullRequest] = await Promise.all([
    outcomeOf(context, forge, repository, branch),
    forge.mergedAs(branch.head).catch(() => undefined),
  ]);
  const readMs = Math.round(performance.now() - startedAt);
  for (const group of due) {
    const change = { repository: repository.name, group, commit: branch.head, readMs };
    await publishTo(context, { ...change, pullRequest: pullRequest ?? null }, outcome);
  }
}

/** Without this, every delivery about a commit that was looked at would lead to another look. */
function isDue({ publications }: State, group: string, { head }: Branch): boolean {
  return publications.latest(group)?.commit !== head;
}

async function outcomeOf(
  { cache }: PublishContext,
  forge: ForgeReader,
  { path }: RepositoryConfiguration,
  { head: commit }: Branch,
): Promise<Outcome> {
  const files = await readPolicyFiles(forge, cache, { commit, path });
  if (!files) return { failure: `there is no folder ${path}` };
  const policies = parsePolicyFiles(files);
  const [first, ...more] = problemsInRepository(policies.problems, path).filter(isError);
  if (first) {
    const others = more.length > 0 ? ` and ${more.length} more` : '';
    return { failure: harmlessText(`${first.file}:${first.line} ${first.code}${others}`) };
  }
  const ruleSet = compile(policies.policySet);
  return { ruleSet, digest: ruleSetDigest(ruleSet) };
}

interface ChangeOfGroup {
  readonly repository: string;
  readonly group: string;
  readonly commit: string;
  readonly pullRequest: number | null;
  readonly readMs: number;
}

async function publishTo(
  context: PublishContext,
  change: ChangeOfGroup,
  outcome: Outcome,
): Promise<void> {
  const { state, bundles, log } = context;
  const { repository, group, commit, pullRequest, readMs } = change;
  const at = new Date().toISOString();
  const row = { repository, group, commit, pullRequest, at };
  if ('failure' in outcome) {
    log.error({ event: 'publish', ...row, failure: outcome.failure }, 'nothing is published');
    context.published(state.publications.add({ ...row, bundle: null, failure: outcome.failure }));
    return;
  }
  const { ruleSet, digest } = outcome;
  if (state.publications.current(group)?.bundle.digest === digest) {
    log.info({ event: 'publish', ...row, digest }, 'the rules are the same');
    return;
  }
  const custom = { commit, pullRequest };
  const signed = await publishBundle({ ...placeOf(bundles), group, ruleSet, custom });
  const { timestampVersion, timings } = signed;
  const bundle = { seq: signed.custom.seq, digest, timestampVersion };
  const publication = state.publications.add({ ...row, bundle, failure: null });
  context.published(publication);
  log.info({ event: 'publish', ...row, ...bundle, readMs, ...timings }, 'published');
}
