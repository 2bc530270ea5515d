export { silentNarrator } from './narrator.ts';
export { runStory } from './run-story.ts';
export type { Stage, Step } from './step.ts';
