import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { extname, join } from 'node:path';
import type { Account } from './account.ts';
import type { Cgroup } from './cgroup.ts';
import type { LaunchPlan } from './launch-plan.ts';
import { seccompFilter } from './seccomp-filter.ts';

const launcher = join(import.meta.dirname, `launch-main${extname(import.meta.filename)}`);
/** Passed on to the command. */
const signals = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
/** A terminal sends these to the command as well as to this process. */
const keys = ['SIGINT', 'SIGQUIT'] as const;

/**
 * Runs a command in a cgroup, as an ordinary user without capabilities, with this process's standard streams and
 * signals.
 * @returns its exit code, 128 and the number where a signal ended it, 126 or 127 where it could not be run
 */
export async function runGoverned(
  command: readonly string[],
  { cgroup, account }: { readonly cgroup: Cgroup; readonly account: Account },
): Promise<number> {
  const { uid, gid, name, home, shell } = account;
  const seccomp = seccompFilter(process.arch).toString('base64');
  const plan: LaunchPlan = { cgroup: cgroup.folder, uid, gid, seccomp, command };
  // Not execa: the child takes this process's own streams, which stay as they are, a terminal too.
  const child = spawn(process.execPath, [launcher, JSON.stringify(plan)], {
    stdio: 'inherit',
    env: { ...process.env, HOME: home, USER: name, LOGNAME: name, SHELL: shell },
  });
  const release = passSignals(child);
  try {
    return await ended(child);
  } finally {
    release();
  }
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      resolve(signal === null ? (code ?? 0) : 128 + constants.signals[signal]);
    });
  });
}

/** @returns what ends it */
function passSignals(child: ChildProcess): () => void {
  const pass = (signal: NodeJS.Signals) => {
    child.kill(signal);
  };
  const passKey = (signal: NodeJS.Signals) => {
    if (!process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of signals) process.on(signal, pass);
  for (const signal of keys) process.on(signal, passKey);
  return () => {
    for (const signal of signals) process.off(signal, pass);
    for (const signal of keys) process.off(signal, passKey);
  };
}
