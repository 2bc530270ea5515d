import { execa } from 'execa';

/** Whom a command runs as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** Who called sudo, or else nobody. */
export function defaultUser(environment: NodeJS.ProcessEnv): string {
  const { SUDO_USER, SUDO_UID } = environment;
  return SUDO_USER && SUDO_UID !== '0' ? SUDO_USER : 'nobody';
}

/** Looks a user up by name or number, wherever this machine keeps its users. @throws Error for none, and for root */
export async function findAccount(user: string): Promise<Account> {
  const { stdout, exitCode } = await execa('getent', ['passwd', '--', user], { reject: false });
  const [name = '', , uid = '', gid = '', , home = '/', shell = '/bin/sh'] = stdout.split(':');
  if (exitCode !== 0 || name === '') throw new Error(`There is no user ${user} on this machine.`);
  if (Number(uid) === 0) {
    throw new Error(
      'A command that runs as root cannot be held: root owns the files by which a process is moved to another cgroup. ' +
        'Name an ordinary user with --user.',
    );
  }
  return { name, uid: Number(uid), gid: Number(gid), home, shell };
}
