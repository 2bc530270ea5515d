export { registryLimits } from './limits.ts';
export type { WorkloadNotice } from './notice.ts';
export { parsePermits } from './permits.ts';
export { RecordFolder } from './record-folder.ts';
export { WorkloadRegistry } from './registry.ts';
export { RegistryApi, type WorkloadAnswer } from './registry-api.ts';
export {
  listenLocally,
  listenOnNetwork,
  type NetworkListener,
  type RegistryListener,
  type TlsMaterial,
} from './registry-servers.ts';
