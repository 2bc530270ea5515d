export type { Bundle, BundleCustom } from './bundle.ts';
export { BundleError, type BundleErrorCode } from './bundle-error.ts';
export { BundleClient, type BundleClientOptions } from './client/index.ts';
export { checkGroup } from './group.ts';
export {
  initRepository,
  type Publication,
  type PublishOptions,
  publishBundle,
} from './repository/index.ts';
