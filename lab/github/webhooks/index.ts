export { Deliverer, type Receiver } from './deliverer.ts';
export type { Delivery } from './delivery.ts';
export { Events } from './events.ts';
