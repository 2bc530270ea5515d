import path from 'node:path';
import {
  type ImpactInput,
  type ImpactReport,
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

/** The policies before and after a change. */
export interface Sides {
  readonly before: CompiledPolicies;
  readonly after: CompiledPolicies;
}

interface CompiledPolicies extends ReviewedPolicies {
  readonly ruleSet: RuleSet;
}

/** All of a report but the exact change of reach, which may take long and comes last. */
export type Replayed = Omit<ImpactInput, 'reach'>;

/**
 * Replays the repository's recording by the rules before and after a change.
 * @param unread is told why a recording was not replayed.
 */
export async function replay(
  change: Change,
  sides: Sides,
  unread: (why: string) => void,
): Promise<Replayed> {
  const recording = await recordingOf(change, unread);
  const flows = recording?.flows() ?? noFlows();
  const simulation = await simulate(sides.before.ruleSet, sides.after.ruleSet, flows);
  return { ...sides, simulation, ...replayedFrom(recording) };
}

/** @returns Undefined if no decision and no recorded flow is concerned. */
export function impactOf(
  change: Change,
  replayed: Replayed,
  reach: ImpactReport['reach'],
): Impact | undefined {
  const report = impactReport({ ...replayed, reach });
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

function replayedFrom(recording: Recording | undefined): Pick<ImpactInput, 'recording'> {
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
