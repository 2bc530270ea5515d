export { type Connection, Connections } from './connections.ts';
export { octokitFor, requestOptions } from './github-client.ts';
