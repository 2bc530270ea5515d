export { documentKind } from './document-kind.ts';
export { editorSchema } from './editor-schema.ts';
export { type Kind, kinds } from './schemas.ts';
export { shapeProblems } from './shape-problems.ts';
export { show } from './show-value.ts';
export { limitedSuggest, type Suggest, suggest } from './suggest.ts';
