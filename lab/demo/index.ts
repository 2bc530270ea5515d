export { markdownLines } from './markdown-lines.ts';
export { silentNarrator } from './narrator.ts';
export { runStory } from './run-story.ts';
export type { Stage, Step } from './step.ts';
export { stories } from './story.ts';
