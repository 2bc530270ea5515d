import { JsonLog, savePolicy } from '../../instance/index.ts';
import { monotonicNow } from '../../net/index.ts';
import { applyEdit, brokenEdit, stillEnforced } from '../../scenarios/index.ts';
import { authorityCertificate } from '../../services/index.ts';
import { checkScenario } from '../check-scenario.ts';
import type { Check } from '../report.ts';
import type { Step } from '../step.ts';

const patience = 5000;

interface Problem {
  readonly code: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}

/** A mistake in a policy file changes nothing but the log. */
export const keepLastGood: Step = {
  name: 'broken-edit',
  title: 'A broken edit leaves the last good rules in force, and is reported',
  async run(stage) {
    const { instance, lab, signal } = stage;
    if (!lab) throw new Error('the lab is not up');
    let good = '';
    const log = await JsonLog.fromNow(instance);
    const savedAt = await savePolicy(lab.policies, brokenEdit.file, (text) => {
      good = text;
      return applyEdit(text, brokenEdit);
    });
    try {
      const isRejected = (event: { event?: string }) => event.event === 'rejected';
      const rejected = await log.until('a rejection', isRejected, { deadline: patience, signal });
      const ms = monotonicNow() - savedAt;
      const reported = { ...reportOf(rejected.problems as Problem[], good), ms };
      const inForce = stillEnforced(authorityCertificate(instance.runDirectory));
      const checks = [reported, ...(await checkScenario(stage, inForce))];
      return { checks, figures: { 'broken edit saved to its report': ms } };
    } finally {
      await savePolicy(lab.policies, brokenEdit.file, () => good);
    }
  },
};

function reportOf(problems: readonly Problem[], good: string): Check {
  const [[slip = ''] = []] = brokenEdit.replace;
  const line = good.split('\n').findIndex((text) => text.includes(slip)) + 1;
  const problem = problems.find(({ file }) => file.endsWith(brokenEdit.file));
  return {
    says: `the gateway reports ${brokenEdit.file}, line ${line}`,
    ok: problem?.line === line,
    evidence: problem
      ? [
          `${problem.file}:${problem.line}:${problem.column} ${problem.code} ${problem.message}`,
          `remedy: ${problem.remedy}`,
        ]
      : [JSON.stringify(problems)],
  };
}
