import path from 'node:path';
import {
  type ImpactInput,
  impactReport,
  type Links,
  type Place,
  type ReviewedPolicies,
  renderMarkdown,
  simulate,
} from '../../impact/index.ts';
import type { RuleSet } from '../../rules/index.ts';
import { openRecording, type Recording, RecordingError } from '../../traffic/index.ts';
import type { Change } from './context.ts';
import type { Impact } from './finding.ts';

export interface Sides<T> {
  readonly before: T;
  readonly after: T;
}

/**
 * Replays the repository's recording by the rules before and after a change.
 * @param unread is told why a recording was not replayed.
 * @returns Undefined if no decision and no recorded flow is concerned.
 */
export async function impactOf(
  change: Change,
  policies: Sides<ReviewedPolicies>,
  rules: Sides<RuleSet>,
  unread: (why: string) => void,
): Promise<Impact | undefined> {
  const recording = await recordingOf(change, unread);
  const flows = recording?.flows() ?? noFlows();
  const simulation = await simulate(rules.before, rules.after, flows);
  const report = impactReport({ ...policies, simulation, ...replayed(recording) });
  if (!report.hasImpact) return undefined;
  const folder = change.repository.path || '.';
  const markdown = renderMarkdown(report, { links: linksOf(change), folder });
  return { title: report.headline.text, markdown };
}

/** A recording that cannot be read costs the replay, not the review: the report says that nothing was replayed. */
async function recordingOf(
  { repository }: Change,
  unread: (why: string) => void,
): Promise<Recording | undefined> {
  if (repository.recording === undefined) return undefined;
  try {
    return await openRecording(repository.recording);
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    unread(error.message);
    return undefined;
  }
}

function replayed(recording: Recording | undefined): Pick<ImpactInput, 'recording'> {
  if (!recording) return {};
  // Only the folder's name: where the server keeps it is nobody's concern.
  return { recording: { name: path.basename(recording.path), summary: recording.summary } };
}

async function* noFlows() {}

function linksOf({ repositoryUrl, repository, head, mergeBase }: Change): Links {
  const line = ({ side, file, line }: Place) => {
    const commit = side === 'after' ? head : mergeBase;
    const place = [repository.path, file].filter(Boolean).join('/');
    const encoded = place.split('/').map(encodeURIComponent).join('/');
    return `${repositoryUrl}/blob/${commit}/${encoded}#L${line}`;
  };
  return { line, commit: (sha) => `${repositoryUrl}/commit/${sha}` };
}
