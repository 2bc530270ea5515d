export { changesOf, commitsOf, detailsOf } from './details.ts';
export { mergeCommitOf, tryMerge } from './merge.ts';
