export { positionIn } from './position-in.ts';
export { type ReadDocuments, readDocuments } from './read-documents.ts';
export {
  keyPosition,
  type Mark,
  type Path,
  type SourceDocument,
  valuePosition,
  writtenAt,
} from './source-document.ts';
