import {
  invalid,
  notFound,
  type Request,
  type Route,
  repositoryRoute,
  type Site,
} from '../http/index.ts';
import { annotationPayload, checkRunPayload } from '../payloads/index.ts';
import type { Annotation, CheckRun, Repository } from '../state/index.ts';
import { timestamp } from '../state/index.ts';

interface Output {
  readonly title?: string;
  readonly summary?: string;
  readonly text?: string;
  readonly annotations?: readonly Annotation[];
}

interface Change {
  readonly name?: string;
  readonly head_sha?: string;
  readonly details_url?: string;
  readonly external_id?: string;
  readonly status?: CheckRun['status'];
  readonly started_at?: string;
  readonly conclusion?: string;
  readonly completed_at?: string;
  readonly output?: Output;
}

const MOST_MESSAGE_BYTES = 64 * 1024;
const MOST_TITLE_CHARACTERS = 255;

const refuse = (message: string) => invalid([{ resource: 'CheckRun', code: 'custom', message }]);

/** What GitHub's description only says in words. */
function checkAnnotations({ annotations = [] }: Output): void {
  for (const one of annotations) {
    const columns = one.start_column !== undefined || one.end_column !== undefined;
    if (one.start_line < 1 || one.end_line < one.start_line)
      throw refuse('Annotation lines must start at 1 and end where they start or later');
    if (columns && one.start_line !== one.end_line)
      throw refuse('Annotation columns are only for annotations of a single line');
    if (Buffer.byteLength(one.message) > MOST_MESSAGE_BYTES)
      throw refuse('Annotation message is too long (maximum is 64 KB)');
    if (Buffer.byteLength(one.raw_details ?? '') > MOST_MESSAGE_BYTES)
      throw refuse('Annotation raw details are too long (maximum is 64 KB)');
    if ([...(one.title ?? '')].length > MOST_TITLE_CHARACTERS)
      throw refuse('Annotation title is too long (maximum is 255 characters)');
  }
}

function apply(run: CheckRun, change: Change): void {
  const { output } = change;
  if (output) checkAnnotations(output);
  run.name = change.name ?? run.name;
  run.detailsUrl = change.details_url ?? run.detailsUrl;
  run.externalId = change.external_id ?? run.externalId;
  run.startedAt = change.started_at ?? run.startedAt;
  run.status = change.conclusion ? 'completed' : (change.status ?? run.status);
  if (change.conclusion) {
    run.conclusion = change.conclusion;
    run.completedAt = change.completed_at ?? timestamp();
  } else if (change.status && change.status !== 'completed') {
    run.conclusion = null;
    run.completedAt = null;
  }
  if (!output) return;
  run.output = {
    title: output.title ?? run.output.title,
    summary: output.summary ?? run.output.summary,
    text: output.text ?? run.output.text,
  };
  // A request adds its annotations to those that are there.
  run.annotations.push(...(output.annotations ?? []));
}

function runOf({ params, repository }: Request & { repository: Repository }): CheckRun {
  const run = repository.checkRuns.get(Number(params.check_run_id));
  if (!run) throw notFound();
  return run;
}

function suiteOf(repository: Repository, headSha: string, { world }: Site): number {
  const suite = repository.checkSuites.get(headSha) ?? world.nextId();
  repository.checkSuites.set(headSha, suite);
  return suite;
}

const read = ['checks', 'read'] as const;
const write = ['checks', 'write'] as const;

export const checkRunRoutes: readonly Route[] = [
  repositoryRoute<Change & { name: string; head_sha: string }>(
    'POST /repos/{owner}/{repo}/check-runs',
    write,
    async ({ repository, body }, site) => {
      const headSha = await repository.git.object(body.head_sha, 'commit');
      if (!headSha) throw refuse(`No commit found for SHA: ${body.head_sha}`);
      const { world, links, events } = site;
      const run: CheckRun = {
        id: world.nextId(),
        suite: suiteOf(repository, headSha, site),
        headSha,
        name: body.name,
        externalId: '',
        detailsUrl: '',
        status: 'queued',
        conclusion: null,
        startedAt: timestamp(),
        completedAt: null,
        output: { title: null, summary: null, text: null },
        annotations: [],
      };
      apply(run, body);
      repository.checkRuns.set(run.id, run);
      events.checkRun('created', repository, run, world.app.bot);
      if (run.conclusion) events.checkRun('completed', repository, run, world.app.bot);
      return { status: 201, body: checkRunPayload(links, world, repository, run) };
    },
  ),

  repositoryRoute<Change>(
    'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
    write,
    (request, { world, links, events }) => {
      const run = runOf(request);
      const before = run.conclusion;
      apply(run, request.body);
      if (run.conclusion && !before)
        events.checkRun('completed', request.repository, run, world.app.bot);
      return { body: checkRunPayload(links, world, request.repository, run) };
    },
  ),

  repositoryRoute('GET /repos/{owner}/{repo}/check-runs/{check_run_id}', read, (request, site) => ({
    body: checkRunPayload(site.links, site.world, request.repository, runOf(request)),
  })),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations',
    read,
    (request, { links }) => {
      const run = runOf(request);
      return {
        list: run.annotations.map((one) => annotationPayload(links, request.repository, run, one)),
      };
    },
  ),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    read,
    async ({ repository, params, query }, { world, links }) => {
      const sha = await repository.git.resolve(params.ref ?? '');
      if (!sha) throw refuse(`No commit found for SHA: ${params.ref}`);
      const name = query.get('check_name');
      const status = query.get('status');
      const found = [...repository.checkRuns.values()].filter(
        (run) =>
          run.headSha === sha &&
          (name === null || run.name === name) &&
          (status === null || run.status === status),
      );
      // Of runs with one name GitHub lists the newest, unless it is asked for all.
      const newest = new Map(found.map((run) => [run.name, run]));
      const listed = query.get('filter') === 'all' ? found : [...newest.values()];
      return {
        list: listed.map((run) => checkRunPayload(links, world, repository, run)),
        listName: 'check_runs',
      };
    },
  ),
];
