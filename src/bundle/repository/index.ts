export { type InitOptions, initRepository, type NewRepository } from './init-repository.ts';
export type { Lifetimes } from './lifetimes.ts';
export { type Publication, type PublishOptions, publishBundle } from './publish-bundle.ts';
