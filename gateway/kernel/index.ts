export { Attachment } from './attachment.ts';
export { bootTime } from './boot-time.ts';
export { BpfMap, type PackedEntries } from './bpf-map.ts';
export { attachToCgroup } from './cgroup-attachment.ts';
export { u32 } from './codec.ts';
export { createMap } from './create-map.ts';
export { EventStream } from './event-stream.ts';
export { checkFeatures } from './features.ts';
export { FileLock } from './file-lock.ts';
export { trimFreeMemory } from './free-memory.ts';
export { KernelError, type KernelErrorCode } from './kernel-error.ts';
export { loadKoffi } from './koffi.ts';
export { compareMap, type Difference, type Expected, type Pause } from './map-comparison.ts';
export type { MapName, Maps } from './maps.ts';
export { Pins } from './pins.ts';
export { checkPrivileges } from './privileges.ts';
export { programInfo } from './program-info.ts';
export {
  interfacePrograms,
  type LoadedFile,
  loadFile,
  loadObject,
  objectPath,
  type ProgramName,
  type ProgramObject,
} from './program-object.ts';
export {
  type PacketRun,
  type RunResult,
  runOnPacket,
  runSystemCall,
  sendFrames,
} from './test-run.ts';
