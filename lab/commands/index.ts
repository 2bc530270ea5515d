export { eventLine } from './event-line.ts';
export { exitCode } from './exit-code.ts';
export { labProgram } from './program.ts';
