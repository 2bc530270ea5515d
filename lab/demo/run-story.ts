import type { DemoReport, StepReport } from './report.ts';
import type { Stage, Step, StepResult } from './step.ts';

/** Told what happens while it happens. */
export interface Narrator {
  begin(number: number, step: Step): void;
  end(report: StepReport): void;
}

/** Carries out the steps in order. After a vital one has failed, or an interruption, only the `always` ones follow. */
export async function runStory(
  stage: Stage,
  steps: readonly Step[],
  always: readonly Step[],
  narrator: Narrator,
): Promise<DemoReport> {
  const start = performance.now();
  const reports: StepReport[] = [];
  const tell = async (step: Step): Promise<StepReport> => {
    narrator.begin(reports.length + 1, step);
    const report = await runStep(stage, step);
    reports.push(report);
    narrator.end(report);
    return report;
  };
  for (const step of steps) {
    const { ok } = await tell(step);
    if (stage.signal.aborted || (!ok && step.vital)) break;
  }
  for (const step of always) await tell(step);
  const interrupted = stage.signal.aborted;
  const ok = reports.every((report) => report.ok) && !interrupted;
  const { mergeToEnforcedMs } = Object.assign({}, ...reports.map(({ figures }) => figures));
  return {
    ok,
    interrupted,
    ms: since(start),
    ...(mergeToEnforcedMs !== undefined && { mergeToEnforcedMs }),
    steps: reports,
  };
}

async function runStep(stage: Stage, step: Step): Promise<StepReport> {
  const { name, title } = step;
  const start = performance.now();
  let result: StepResult = { checks: [] };
  let error: string | undefined;
  try {
    result = await step.run(stage);
  } catch (thrown) {
    error = stage.signal.aborted ? 'interrupted' : (thrown as Error).message;
  }
  const { checks, figures = {}, exhibits = [] } = result;
  const ok = error === undefined && checks.length > 0 && checks.every((check) => check.ok);
  return { name, title, ok, ms: since(start), checks, figures, exhibits, ...(error && { error }) };
}

const since = (start: number) => Math.round((performance.now() - start) * 10) / 10;
