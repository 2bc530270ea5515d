import { type Commit, EMPTY_TREE, listChanges, listCommits, readCommit } from '../git/index.ts';
import { HttpError, notFound, type Route, repositoryRoute } from '../http/index.ts';
import { changedFilePayload, commitPayload, pullRequestPayload } from '../payloads/index.ts';
import type { Repository } from '../state/index.ts';

const MOST_COMPARED_FILES = 300;
const MOST_COMPARED_COMMITS = 250;
const read = ['contents', 'read'] as const;

async function commitNamed({ git }: Repository, name: string): Promise<Commit> {
  const sha = await git.resolve(name);
  if (!sha) throw notFound();
  return await readCommit(git, sha);
}

export const commitRoutes: readonly Route[] = [
  repositoryRoute(
    'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    ['pull_requests', 'read'],
    async ({ repository, params }, { links }) => {
      const sha = params.commit_sha ?? '';
      const { git } = repository;
      if (!(await git.object(sha, 'commit'))) throw notFound();
      const found = [];
      for (const pull of repository.pulls.values()) {
        const holds =
          pull.merged?.commit === sha ||
          (await listCommits(git, `${pull.base.sha}..${pull.head.sha}`)).some(
            (one) => one.sha === sha,
          );
        if (holds) found.push(pull);
      }
      return {
        list: found.map((pull) => pullRequestPayload(links, pull, pull.merged?.commit ?? null)),
      };
    },
  ),

  repositoryRoute('GET /repos/{owner}/{repo}/commits', read, async (request, { links }) => {
    const { repository, query } = request;
    const head = await commitNamed(repository, query.get('sha') ?? repository.defaultBranch);
    const commits = await listCommits(repository.git, head.sha);
    return { list: commits.map((commit) => commitPayload(links, repository, commit)) };
  }),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/commits/{ref}',
    read,
    async ({ repository, params }, { links }) => {
      const commit = await commitNamed(repository, params.ref ?? '');
      const before = commit.parents[0] ?? EMPTY_TREE;
      const files = await listChanges(repository.git, before, commit.sha);
      const additions = files.reduce((sum, file) => sum + file.additions, 0);
      const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
      return {
        body: {
          ...commitPayload(links, repository, commit),
          stats: { additions, deletions, total: additions + deletions },
          files: files.map((file) => changedFilePayload(links, repository, commit.sha, file)),
        },
      };
    },
  ),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/compare/{basehead}',
    read,
    async ({ repository, params }, { links }) => {
      const [, baseName = '', headName = ''] =
        /^(.+?)\.\.\.(.+)$/.exec(params.basehead ?? '') ?? [];
      if (!baseName) throw notFound();
      const { git } = repository;
      const [base, head] = await Promise.all([
        commitNamed(repository, baseName),
        commitNamed(repository, headName),
      ]);
      const start = await git.mergeBase(base.sha, head.sha);
      if (!start)
        throw new HttpError(404, `No common ancestor between ${baseName} and ${headName}.`);
      const [common, ahead, behind, files] = await Promise.all([
        readCommit(git, start),
        listCommits(git, `${base.sha}..${head.sha}`, ['--reverse']),
        listCommits(git, `${head.sha}..${base.sha}`),
        listChanges(git, start, head.sha),
      ]);
      const html = links.html(
        `/${repository.owner.login}/${repository.name}/compare/${baseName}...${headName}`,
      );
      return {
        body: {
          url: links.api(
            `/repos/${repository.owner.login}/${repository.name}/compare/${baseName}...${headName}`,
          ),
          html_url: html,
          permalink_url: html,
          diff_url: `${html}.diff`,
          patch_url: `${html}.patch`,
          base_commit: commitPayload(links, repository, base),
          merge_base_commit: commitPayload(links, repository, common),
          status: relation(ahead.length, behind.length),
          ahead_by: ahead.length,
          behind_by: behind.length,
          total_commits: ahead.length,
          commits: ahead
            .slice(0, MOST_COMPARED_COMMITS)
            .map((commit) => commitPayload(links, repository, commit)),
          files: files
            .slice(0, MOST_COMPARED_FILES)
            .map((file) => changedFilePayload(links, repository, head.sha, file)),
        },
      };
    },
  ),
];

function relation(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}
