import { writeFileSync } from 'node:fs';
import { loadKoffi } from '../kernel/index.ts';
import type { LaunchPlan } from './launch-plan.ts';

// Becomes the governed command. A process of its own, because what it takes from itself cannot be given back: it enters
// the cgroup, gives up system calls, and leaves the rest to setpriv(1), in whose place the command comes.

const PR_SET_SECCOMP = 22;
const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_MODE_FILTER = 2;
const CLOSE_RANGE_CLOEXEC = 4;
const F_SETFD = 2;
const MOST_FD = 0x7fff_ffff;
/** SIGPIPE, SIGXFSZ. */
const ignoredByNode = [13, 25];

const { cgroup, uid, gid, seccomp, command } = JSON.parse(process.argv[2] ?? '') as LaunchPlan;

const koffi = loadKoffi();
const libc = koffi.load(null);
koffi.struct('sock_fprog', { len: 'uint16_t', filter: 'void *' });
const checked = (call: string, result: number) => {
  if (result < 0) throw new Error(`${call}: errno ${koffi.errno()}`);
};

// "0" is whoever writes it, with all of its threads.
writeFileSync(`${cgroup}/cgroup.procs`, '0');

const closeRange = libc.func('int close_range(unsigned int first, unsigned int last, int flags)');
checked('close_range', closeRange(3, MOST_FD, CLOSE_RANGE_CLOEXEC));
// Node.js lets none of its own pass on, the standard streams neither.
const fcntl = libc.func('int fcntl(int fd, int operation, size_t flags)');
for (const stream of [0, 1, 2]) checked('fcntl', fcntl(stream, F_SETFD, 0));

const prctl = libc.func('int prctl(int option, size_t a, const sock_fprog *b, size_t c, size_t d)');
const filter = Buffer.from(seccomp, 'base64');
checked('prctl(PR_SET_NO_NEW_PRIVS)', prctl(PR_SET_NO_NEW_PRIVS, 1, null, 0, 0));
const program = { len: filter.length / 8, filter };
checked('prctl(PR_SET_SECCOMP)', prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0));

// What is ignored stays so over an exec.
const signal = libc.func('void *signal(int number, void *handler)');
for (const number of ignoredByNode) signal(number, null);

const privileges = [
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--clear-groups',
  '--no-new-privs',
  '--inh-caps=-all',
  '--ambient-caps=-all',
  '--bounding-set=-all',
];
const commandLine = ['setpriv', ...privileges, '--', ...command];
const execvp = libc.func('int execvp(const char *file, const char **arguments)');
execvp('setpriv', [...commandLine, null]);
throw new Error(
  `setpriv cannot be run (errno ${koffi.errno()}). On Debian and Ubuntu: apt-get install util-linux`,
);
