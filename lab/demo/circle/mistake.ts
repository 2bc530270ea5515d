import { completedCheck } from '../../control/index.ts';
import { brokenEdit, edited, inRepository, propose, slip } from '../../scenarios/index.ts';
import type { Check } from '../report.ts';
import type { Step } from '../step.ts';
import { checkLine } from './check-line.ts';
import { controlOf } from './control-of.ts';

/** A mistake is annotated on the line where it stands, and nothing of it gets anywhere. */
export const annotateMistake: Step = {
  name: 'mistake',
  title: 'A pull request with a mistake gets an annotation on the very line, and a failed check',
  async run(stage) {
    const { github } = controlOf(stage);
    const path = inRepository(brokenEdit.file);
    const files = await edited(github, [brokenEdit]);
    const [[, mistake = ''] = []] = brokenEdit.replace;
    const lines = (files[path] ?? '').split('\n');
    const line = lines.findIndex((text) => text.includes(mistake)) + 1;

    const start = performance.now();
    const { number, head } = await propose(github, slip);
    const check = await completedCheck(github, head, stage.signal);
    const ms = performance.now() - start;
    const failed: Check = {
      says: `the check of pull request #${number}, “${slip.title}”, has failed`,
      ok: check.conclusion === 'failure',
      ms,
      evidence: [checkLine(check)],
    };
    const [annotation, ...others] = check.annotations;
    const annotated: Check = {
      says: `its annotation stands at ${path}, line ${line}`,
      ok:
        annotation?.path === path &&
        annotation.start_line === line &&
        annotation.annotation_level === 'failure' &&
        others.length === 0,
      evidence: annotation
        ? [
            `${annotation.start_line} │ ${lines[annotation.start_line - 1]}`,
            `${annotation.title}: ${annotation.message.replaceAll('\n', ' · ')}`,
          ]
        : ['no annotation'],
    };
    return { checks: [failed, annotated], figures: { 'pull request opened to failed check': ms } };
  },
};
