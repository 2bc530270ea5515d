export { openRecording, type Recording } from './open-recording.ts';
export type { RecordedFlow } from './recorded-flow.ts';
export { RecordingError } from './recording-error.ts';
export type { RecordingSummary } from './recording-summary.ts';
export { SegmentWriter, type SegmentWriterOptions } from './segment-writer.ts';
export type { WriterNotice } from './writer-notice.ts';
export type { WriterStats } from './writer-reports.ts';
