export type { Bundle, BundleCustom } from './bundle.ts';
export { BundleError, type BundleErrorCode } from './bundle-error.ts';
export { BundleClient, type BundleClientOptions } from './client/index.ts';
export { writeInOrder } from './durable-file.ts';
export { checkGroup } from './group.ts';
export { groupRules, inStages } from './group-rules.ts';
export { custodyOf, type KeyRole, type Passphrases } from './keys/index.ts';
export {
  initRepository,
  inspectRepository,
  type Publication,
  type PublishOptions,
  publishBundle,
  publishedBundle,
  type Renewal,
  type RepositoryFacts,
  type Rotation,
  renewOffline,
  renewRepository,
  rotateKeys,
} from './repository/index.ts';
