export { createHandler } from './handle.ts';
export { HttpError, invalid, notFound } from './http-error.ts';
export { type LimitOptions, Limits } from './limits.ts';
export {
  appRoute,
  notAccessible,
  type Request,
  type Route,
  repositoryRoute,
  type Site,
} from './route.ts';
export { Tokens } from './tokens.ts';
