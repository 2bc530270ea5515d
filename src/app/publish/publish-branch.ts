import type { Logger } from 'pino';
import { groupRules, inStages, publishBundle, publishedBundle } from '../../bundle/index.ts';
import { harmlessText, isError } from '../../policy/index.ts';
import { compile, type RuleSet, ruleSetDigest } from '../../rules/index.ts';
import type { BundleConfiguration, RepositoryConfiguration } from '../configuration/index.ts';
import { type ForgeReader, settledHead } from '../forge/index.ts';
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

/** What webhooks said of the branch: hints, the branch itself is what counts. */
interface SaidHeads {
  /** No longer its head. */
  readonly stale: string | undefined;
  /** Its head now. */
  readonly fresh: string | undefined;
}

/** What a commit comes to. */
type Outcome = { readonly ruleSet: RuleSet } | { readonly failure: string };

/**
 * Brings the rules of a repository's default branch to its gateway groups: reads what the branch holds now, compiles,
 * signs, publishes, each group the rules of the agents that it carries. Nothing is published while the policies have errors, and nothing where the rules are the same.
 * Only reads of GitHub are waited for.
 */
export async function publishBranch(
  context: PublishContext,
  forge: ForgeReader,
  repository: RepositoryConfiguration,
  heads: SaidHeads,
): Promise<void> {
  const startedAt = performance.now();
  const read = (commit: string) => readCommit(context, forge, repository, commit);
  const { fresh } = heads;
  const isNews = repository.groups.some(
    (group) => context.state.publications.headOf(group) !== fresh,
  );
  const early = fresh !== undefined && isNews ? read(fresh) : undefined;
  early?.catch(() => undefined);
  const [branch, held] = await Promise.all([
    settledHead(() => forge.defaultBranch(), heads.stale),
    heldBy(context.bundles, repository.groups),
  ]);
  if (!branch) return;
  const due = repository.groups.filter((group) =>
    isDue(context.state, { group, head: branch.head, held: held.get(group) }),
  );
  if (due.length === 0) return;
  // GitHub may have answered too early that there is no such commit.
  const content =
    early && branch.head === fresh ? early.catch(() => read(fresh)) : read(branch.head);
  const { outcome, pullRequest } = await content;
  const readMs = Math.round(performance.now() - startedAt);
  const ordered = 'ruleSet' in outcome ? inStages(due, outcome.ruleSet) : due;
  for (const group of ordered) {
    const change = { repository: repository.name, group, commit: branch.head, readMs };
    const ofGroup = { ...change, pullRequest, held: held.get(group) };
    await publishTo(context, ofGroup, outcome);
    context.state.publications.setHead(group, branch.head);
  }
}

type Held = Awaited<ReturnType<typeof publishedBundle>>;

/** What gateways are offered now, whoever published it. */
async function heldBy({ repository }: BundleConfiguration, groups: readonly string[]) {
  const found = groups.map(async (group): Promise<[string, Held]> => {
    return [group, await publishedBundle(repository, group)];
  });
  return new Map(await Promise.all(found));
}

/**
 * Each commit is looked at once, lest every delivery lead to another look; unless gateways are offered something else
 * than was published from here: discarded after a theft, restored from a copy, or published by other means.
 */
function isDue(
  { publications }: State,
  { group, head, held }: { group: string; head: string; held: Held },
): boolean {
  return publications.headOf(group) !== head || !isOnRecord(publications.current(group), held);
}

function isOnRecord(current: Publication | undefined, held: Held): boolean {
  return current?.bundle?.seq === held?.seq && current?.bundle?.digest === held?.digest;
}

async function readCommit(
  context: PublishContext,
  forge: ForgeReader,
  repository: RepositoryConfiguration,
  commit: string,
) {
  const [outcome, pullRequest = null] = await Promise.all([
    outcomeOf(context, forge, repository, commit),
    forge.mergedAs(commit).catch(() => undefined),
  ]);
  return { outcome, pullRequest };
}

async function outcomeOf(
  { cache }: PublishContext,
  forge: ForgeReader,
  { path }: RepositoryConfiguration,
  commit: string,
): Promise<Outcome> {
  const files = await readPolicyFiles(forge, cache, { commit, path });
  if (!files) return { failure: `there is no folder ${path}` };
  const policies = parsePolicyFiles(files);
  const [first, ...more] = problemsInRepository(policies.problems, path).filter(isError);
  if (first) {
    const others = more.length > 0 ? ` and ${more.length} more` : '';
    return { failure: harmlessText(`${first.file}:${first.line} ${first.code}${others}`) };
  }
  return { ruleSet: compile(policies.policySet) };
}

interface ChangeOfGroup {
  readonly repository: string;
  readonly group: string;
  readonly commit: string;
  readonly pullRequest: number | null;
  readonly readMs: number;
  readonly held: Held;
}

async function publishTo(
  context: PublishContext,
  change: ChangeOfGroup,
  outcome: Outcome,
): Promise<void> {
  const { state, bundles, log } = context;
  const { repository, group, commit, pullRequest, readMs, held } = change;
  const { publications } = state;
  const row = { repository, group, commit, pullRequest, at: new Date().toISOString() };
  if ('failure' in outcome) {
    if (publications.headOf(group) === commit) return;
    log.error({ event: 'publish', ...row, failure: outcome.failure }, 'nothing is published');
    context.published(publications.add({ ...row, bundle: null, failure: outcome.failure }));
    return;
  }
  const { ruleSet, warning } = groupRules(outcome.ruleSet, group);
  if (warning !== undefined) log.warn({ event: 'publish', ...row }, harmlessText(warning));
  const digest = ruleSetDigest(ruleSet);
  if (held?.digest === digest) {
    log.info({ event: 'publish', ...row, digest }, 'the rules are the same');
    if (isOnRecord(publications.current(group), held)) return;
    // Whoever published them, maybe this server before it was killed: they are what the branch says.
    const { seq, timestampVersion } = held;
    const bundle = { seq, digest, timestampVersion };
    context.published(publications.add({ ...row, bundle, failure: null }));
    return;
  }
  const custom = { commit, pullRequest };
  const signed = await publishBundle({ ...placeOf(bundles), group, ruleSet, custom });
  const { timestampVersion, timings } = signed;
  const bundle = { seq: signed.custom.seq, digest, timestampVersion };
  context.published(publications.add({ ...row, bundle, failure: null }));
  log.info({ event: 'publish', ...row, ...bundle, readMs, ...timings }, 'published');
}
