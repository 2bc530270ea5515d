import type { Step } from './step.ts';
import { keepLastGood } from './steps/broken.ts';
import { buildLab, enforcePolicies, tryUngoverned } from './steps/build.ts';
import { tearDown } from './steps/clean.ts';
import { adopted, killed } from './steps/crash.ts';
import { narrow, widen } from './steps/edit.ts';
import { enforcement } from './steps/enforce.ts';
import { readDenyLine } from './steps/log-line.ts';
import { stopTunnel } from './steps/tunnel.ts';

/** The demo, in the order in which it is told. */
export const story: readonly Step[] = [
  buildLab,
  tryUngoverned,
  enforcePolicies,
  ...enforcement,
  stopTunnel,
  readDenyLine,
  widen,
  narrow,
  keepLastGood,
  killed,
  adopted,
];

/** How it ends, whatever came before. */
export const ending: readonly Step[] = [tearDown];
