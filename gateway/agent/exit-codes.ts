import { POLICY_ERRORS } from '../../src/terminal/index.ts';

/** What the exit status of every `sallyport-gateway` command means. */
export const exitCodes = {
  ok: 0,
  policyErrors: POLICY_ERRORS,
  usage: 2,
  /** No privileges, no such interface, maps of another version, a kernel that lacks something. */
  kernel: 3,
  /** What is in force is not what was applied. */
  drift: 4,
} as const;

export const exitCodesHelp = `
Exit codes:
  0  all is well
  1  the policies have errors
  2  wrong usage, or something cannot be read
  3  this machine refuses: privileges, interface, kernel, maps of another version
  4  somebody else has changed what is in force (drift)`;
