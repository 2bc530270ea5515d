export { defaultUser, findAccount } from './account.ts';
export { Cgroup } from './cgroup.ts';
export { runGoverned } from './governed-command.ts';
