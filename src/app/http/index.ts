export { type BundleEvent, EventStream } from './event-stream.ts';
export { reportRoute, statusRoute } from './status-routes.ts';
export { treeRoute } from './tree-route.ts';
export { WebServer } from './web-server.ts';
export { webhookRoute } from './webhook-route.ts';
