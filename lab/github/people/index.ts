export { LocalRepository } from './local-repository.ts';
