export { dotRows } from './dot-rows.ts';
export { type LinePanels, linePanels, type Series } from './line-panels.ts';
export { COLOURS } from './svg.ts';
