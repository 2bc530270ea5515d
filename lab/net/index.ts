export { allSettled } from './all-settled.ts';
export { monotonicNow, wallClock } from './clock.ts';
export { command } from './command.ts';
export { endOfLog, startCompanion, startDaemon } from './daemon.ts';
export { type Instance, labInstance, namespaceOf } from './instance.ts';
export { describeLeftovers, findLeftovers, type Leftovers } from './leftovers.ts';
export { isListening, type Port } from './listening.ts';
export {
  addNamespace,
  asHost,
  enableForwarding,
  inNamespace,
  markedEnvironment,
} from './namespace.ts';
export { buildNetwork } from './network.ts';
export { isAlive, type ProcessIdentity, processesOf, startTimeOf } from './processes.ts';
export { removeInstance } from './remove.ts';
export {
  agents,
  gatewayHost,
  type Host,
  type HostName,
  hostNamed,
  hosts,
} from './topology.ts';
export { waitFor } from './wait.ts';
