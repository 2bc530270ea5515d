export { bringUpControl, bringUpGateway } from './bring-up.ts';
export { showDeployment } from './deployment.ts';
export { mergeFirstPolicies } from './first-policies.ts';
export { refuseForged, refuseReplayed } from './forged.ts';
export { commentImpact } from './impact.ts';
export { mergeChange } from './merge.ts';
export { annotateMistake } from './mistake.ts';
export { loseServer, returnServer } from './server-away.ts';
export { pushTwice } from './two-pushes.ts';
