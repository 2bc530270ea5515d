export { agentHooksLine } from './agent-hooks-line.ts';
export { answerStream } from './answer-stream.ts';
export { type Answer, type Decider, decideLines } from './decide-lines.ts';
export { FlowLineError } from './flow-line-error.ts';
export { type FlowLine, isQuestion, parseFlowLine, parseFlowValue } from './parse-flow-line.ts';
