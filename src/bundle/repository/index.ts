export { type InitOptions, initRepository } from './init-repository.ts';
export { inspectRepository, type RepositoryFacts } from './inspect-repository.ts';
export { type Publication, type PublishOptions, publishBundle } from './publish-bundle.ts';
export { publishedBundle } from './published-bundle.ts';
export { renewOffline } from './renew-offline.ts';
export { type Renewal, renewRepository } from './renew-repository.ts';
export { type Rotation, rotateKeys } from './rotate-keys.ts';
