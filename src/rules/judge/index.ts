export {
  createEvaluator,
  decide,
  decideQuestion,
  type Evaluator,
  type EvaluatorOptions,
} from './evaluator.ts';
export { OwnerIndex } from './owner-index.ts';
export { unwrapNat64 } from './packet.ts';
export { packetSource } from './packet-source.ts';
export { questionTypeCode } from './question-type.ts';
