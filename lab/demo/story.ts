import {
  annotateMistake,
  bringUpControl,
  bringUpGateway,
  commentImpact,
  loseServer,
  mergeChange,
  mergeFirstPolicies,
  pushTwice,
  refuseForged,
  refuseReplayed,
  returnServer,
  showDeployment,
} from './circle/index.ts';
import type { Step } from './step.ts';
import { keepLastGood } from './steps/broken.ts';
import { buildLab, enforcePolicies, tryUngoverned } from './steps/build.ts';
import { tearDown } from './steps/clean.ts';
import { adopted, killed } from './steps/crash.ts';
import { narrow, widen } from './steps/edit.ts';
import { enforcement } from './steps/enforce.ts';
import { readDenyLine } from './steps/log-line.ts';
import { stopTunnel } from './steps/tunnel.ts';

/** From pull request to packet and back: review, merge, signed bundles, recorded traffic. */
const circle: readonly Step[] = [
  buildLab,
  tryUngoverned,
  bringUpControl,
  bringUpGateway,
  mergeFirstPolicies,
  ...enforcement,
  stopTunnel,
  readDenyLine,
  annotateMistake,
  commentImpact,
  pushTwice,
  mergeChange,
  showDeployment,
  refuseForged,
  refuseReplayed,
  loseServer,
  killed,
  adopted,
  returnServer,
];

/** On one machine, without a server: a gateway that watches a policy folder. */
const local: readonly Step[] = [
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

/** What the demo can tell, each in the order in which it is told. */
export const stories = { circle, local } as const;

export type StoryName = keyof typeof stories;

/** How each ends, whatever came before. */
export const ending: readonly Step[] = [tearDown];
