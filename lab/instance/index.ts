export { addGateway, killGateway, reloadGateway } from './control-gateway.ts';
export { down } from './down.ts';
export { gatewayProgram } from './gateway.ts';
export { JsonLog, type LogEvent } from './json-log.ts';
export { kill } from './kill.ts';
export { alone, locked } from './lock.ts';
export { labPolicies, savePolicy } from './policy-folder.ts';
export { missingRequirements } from './requirements.ts';
export { execOn, type ProgramResult, runOn, spawnOn } from './run-on.ts';
export { recordService, startService } from './service-process.ts';
export {
  type BundleRules,
  type LabState,
  logOf,
  requireState,
  type ServiceState,
} from './state.ts';
export { type LabStatus, status } from './status.ts';
export { up } from './up.ts';
