export { ConfigurationError, readConfiguration } from './configuration/index.ts';
export { Server } from './server.ts';
