export { BundleClient, type BundleClientOptions } from './bundle-client.ts';
export type { ClientLimits } from './limits.ts';
