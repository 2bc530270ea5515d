import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { logOf, recordService } from '../instance/index.ts';
import { endOfLog, type Instance, namespaceOf, startCompanion } from '../net/index.ts';
import type { Answer, Call, CallName, GitHubCalls, GitHubSetting } from './github-calls.ts';

type Remote<Calls> = {
  readonly [Name in keyof Calls]: Calls[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** A local GitHub on the control host, by way of its own process. */
export type RemoteGitHub = Remote<GitHubCalls> & {
  /** Base URL of its REST API, on the control host. */
  readonly apiUrl: string;
  /** Lets it live on after this process. */
  release(): void;
};

const program = fileURLToPath(new URL('./github-main.ts', import.meta.url));

/** Starts a local GitHub on the control host; no repository is there yet. @throws {Error} with the end of its log. */
export async function startRemoteGitHub(
  instance: Instance,
  setting: GitHubSetting,
): Promise<RemoteGitHub> {
  const settingFile = `${instance.runDirectory}/github.json`;
  await writeFile(settingFile, JSON.stringify(setting), { mode: 0o600 });
  const log = logOf(instance, 'github');
  const { child, identity } = await startCompanion(instance, {
    namespace: namespaceOf(instance, 'control'),
    commandLine: [process.execPath, program, settingFile],
    log,
  });
  const description = 'a local GitHub: REST API and webhooks over a bare repository';
  await recordService(instance, { name: 'github', host: 'control', description, ...identity });
  const ended = once(child, 'exit').then(async () => {
    throw new Error(`the local GitHub ended:\n${await endOfLog(log)}`);
  });
  ended.catch(() => undefined);
  const ready = once(child, 'message') as Promise<[Answer]>;
  const [answer] = await Promise.race([ready, ended]);
  if (answer.event !== 'ready') throw new Error(`the local GitHub began with ${answer.event}`);
  return { ...callsTo(child, ended), apiUrl: answer.apiUrl, release: () => release(child) };
}

function callsTo(child: ChildProcess, ended: Promise<never>): Remote<GitHubCalls> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  child.on('message', (answer: Answer) => {
    if (answer.event !== 'ready') waiting.get(answer.id)?.(answer);
  });
  const call = <Name extends CallName>(name: Name) => {
    const ask = async (...args: readonly unknown[]): Promise<unknown> => {
      lastId += 1;
      const id = lastId;
      const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
      child.send({ id, name, args } satisfies Call);
      const answer = await Promise.race([answered, ended]).finally(() => waiting.delete(id));
      if (answer.event === 'answer') return answer.value;
      throw new Error(`${name}: ${answer.event === 'failed' ? answer.message : answer.event}`);
    };
    return ask as Remote<GitHubCalls>[Name];
  };
  return {
    createRepository: call('createRepository'),
    read: call('read'),
    pushTo: call('pushTo'),
    openPullRequest: call('openPullRequest'),
    mergePullRequest: call('mergePullRequest'),
    comments: call('comments'),
    checkRuns: call('checkRuns'),
    deployments: call('deployments'),
    deliveries: call('deliveries'),
  };
}

function release(child: ChildProcess): void {
  child.disconnect();
  child.unref();
}
