import { botComments, completedCheck } from '../../control/index.ts';
import { waitFor } from '../../net/index.ts';
import { brokenEdit, edited, ledgerAccess, type PolicyEdit } from '../../scenarios/index.ts';
import type { Check } from '../report.ts';
import type { Step } from '../step.ts';
import { checkLine } from './check-line.ts';
import { controlOf, pullRequestOf } from './control-of.ts';

const mended: PolicyEdit = {
  file: brokenEdit.file,
  replace: brokenEdit.replace.map(([old, next]) => [next, old] as const),
};

/** Whoever pushes twice in a row gets one comment, about the newest. */
export const pushTwice: Step = {
  name: 'two-pushes',
  title: 'Two pushes in quick succession: one comment, for the newest head',
  async run(stage) {
    const { github } = controlOf(stage);
    const { branch } = ledgerAccess;
    const before = pullRequestOf(stage);
    const push = async (edit: PolicyEdit, message: string) =>
      github.pushTo(branch, await edited(github, [edit], branch), { message, by: ledgerAccess.by });
    const start = performance.now();
    const overtaken = await push(brokenEdit, 'A slip');
    const head = await push(mended, 'Mend it');
    stage.pullRequest = { number: before.number, head };
    const check = await completedCheck(github, head, stage.signal);
    const { all } = await botComments(github, stage.pullRequest, stage.signal);
    const ms = performance.now() - start;
    const ends = async () => {
      const runs = await github.checkRuns(overtaken);
      return runs.every(({ status }) => status === 'completed') && runs;
    };
    const ended = await waitFor('end of its checks', ends, {
      deadline: 5000,
      signal: stage.signal,
    });
    const one: Check = {
      says: 'there is one comment, and it is about the second push',
      ok: all.length === 1 && !all.some(({ body }) => body.includes(overtaken.slice(0, 12))),
      ms,
      evidence: [
        `pushed ${overtaken.slice(0, 7)}, then ${head.slice(0, 7)}; comments: ${all.length}`,
        checkLine(check),
      ],
    };
    const none: Check = {
      says: 'no check of the first push is left unfinished, or passed',
      ok: check.conclusion === 'success' && ended.every((run) => run.conclusion !== 'success'),
      evidence: ended.length > 0 ? ended.map(checkLine) : ['it was overtaken before it had one'],
    };
    return { checks: [one, none] };
  },
};
