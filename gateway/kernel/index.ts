export { BpfMap } from './bpf-map.ts';
export { KernelError, type KernelErrorCode } from './kernel-error.ts';
export type { MapName, Maps } from './maps.ts';
export { loadObject, objectPath, type ProgramObject } from './program-object.ts';
export { type PacketRun, type RunResult, runOnPacket, runSystemCall } from './test-run.ts';
