export { constants } from './constants.ts';
export { renderHeader } from './header.ts';
export { type AnyStruct, type Decoded, type FieldLayout, Struct } from './struct.ts';
export * as structs from './structs.ts';
