export { down } from './down.ts';
export { gatewayLogPath } from './gateway.ts';
export { type GatewayEvent, GatewayLog } from './gateway-log.ts';
export { missingRequirements } from './requirements.ts';
export { killGateway, restartGateway } from './restart-gateway.ts';
export { execOn, type ProgramResult, runOn, spawnOn } from './run-on.ts';
export { logOf, requireState } from './state.ts';
export { type LabStatus, status } from './status.ts';
export { up } from './up.ts';
