export { clip } from './clip.ts';
export { code, fenced, htmlCode, linkTo } from './escape.ts';
export { type Alignment, details, table } from './table.ts';
