import { POLICY_ERRORS } from '../terminal/index.ts';

/** What the exit status of every `sallyport` command means. */
export const exitCodes = {
  ok: 0,
  /** The policies have errors. */
  policyErrors: POLICY_ERRORS,
  /** Wrong usage, or something that cannot be read or written. */
  usage: 2,
  /** A change does what `--fail-on` names. */
  failOn: 3,
} as const;

export const exitCodesHelp = `
Exit codes:
  0  all is well
  1  the policies have errors
  2  wrong usage, or the folder cannot be read`;
