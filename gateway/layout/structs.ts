export * from './event-structs.ts';
export * from './flow-structs.ts';
export * from './rule-structs.ts';
