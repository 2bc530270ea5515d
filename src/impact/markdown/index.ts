export { type Links, type MarkdownOptions, renderMarkdown } from './render-markdown.ts';
