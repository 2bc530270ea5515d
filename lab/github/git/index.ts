export { BareRepository } from './bare-repository.ts';
export { type ChangedFile, changedPaths, EMPTY_TREE, listChanges } from './changes.ts';
export { type Commit, listCommits, readCommit } from './commits.ts';
export type { Files, Person } from './import-commit.ts';
export { findEntry, listTree, type TreeEntry } from './trees.ts';
