export type { Links } from './links.ts';
export { type MarkdownOptions, renderMarkdown } from './render-markdown.ts';
