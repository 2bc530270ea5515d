import { readdir } from 'node:fs/promises';
import { botComments, completedCheck } from '../../control/index.ts';
import { ledgerAccess, propose } from '../../scenarios/index.ts';
import type { Check } from '../report.ts';
import type { Step } from '../step.ts';
import { checkLine } from './check-line.ts';
import { controlOf } from './control-of.ts';

/** What a change would have meant for the traffic that was recorded stands in the pull request, before it is merged. */
export const commentImpact: Step = {
  name: 'impact',
  title:
    'A pull request that narrows one agent and widens another gets its impact on recorded traffic',
  async run(stage) {
    const { github, bundles } = controlOf(stage);
    const segments = await readdir(bundles.recording);
    const start = performance.now();
    stage.pullRequest = await propose(github, ledgerAccess);
    const { number, head } = stage.pullRequest;
    const check = await completedCheck(github, head, stage.signal);
    const { about } = await botComments(github, { number, head }, stage.signal);
    const { body, author } = about;
    const ms = performance.now() - start;
    const passed: Check = {
      says: `the check of pull request #${number} is there`,
      ok: check.conclusion === 'success',
      evidence: [checkLine(check)],
    };
    const told: Check = {
      says: 'the comment tells what the one agent loses and the other gains, clause by clause',
      ok:
        body.includes('AgentPolicy/invoice-processor#ledger-frozen') &&
        body.includes('AgentPolicy/research-assistant#ledger-read'),
      ms,
      evidence: [
        `by ${author.login}, from the traffic that the gateway has recorded (${segments.join(', ')})`,
      ],
    };
    const title = `${author.login} on pull request #${number}, “${ledgerAccess.title}”`;
    return {
      checks: [passed, told],
      exhibits: [{ title, markdown: body }],
      figures: { 'pull request opened to impact comment': ms },
    };
  },
};
