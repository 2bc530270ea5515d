import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { completedCheck } from '../../control/index.ts';
import { JsonLog, type LogEvent, labPolicies } from '../../instance/index.ts';
import { inRepository } from '../../scenarios/index.ts';
import { policyTexts } from '../policy-texts.ts';
import { quoted } from '../quoted.ts';
import type { Check } from '../report.ts';
import type { Step } from '../step.ts';
import { checkLine } from './check-line.ts';
import { controlOf } from './control-of.ts';

const patience = 10_000;

/** The policies of both agents come by a pull request. */
export const mergeFirstPolicies: Step = {
  name: 'first-policies',
  title: 'The agents’ policies come by a pull request; it is merged, and they are enforced',
  vital: true,
  async run(stage) {
    const { instance, signal } = stage;
    const { github } = controlOf(stage);
    const names = await readdir(labPolicies);
    const files = await Promise.all(
      names.map(
        async (name): Promise<[string, string]> => [
          inRepository(name),
          await readFile(join(labPolicies, name), 'utf8'),
        ],
      ),
    );
    const { number, head } = await github.openPullRequest({
      title: 'Policies of the first two agents',
      branch: 'first-agents',
      by: 'frida',
      files: Object.fromEntries(files),
    });
    const check = await completedCheck(github, head, signal);
    const log = await JsonLog.fromNow(instance);
    const start = performance.now();
    const commit = await github.mergePullRequest(number);
    stage.commit = commit;
    const isApplied = (event: LogEvent) => event.event === 'applied' && event.commit === commit;
    const applied = await log.until('the rules', isApplied, { deadline: patience, signal });
    const ms = performance.now() - start;
    const reviewed: Check = {
      says: `pull request #${number} is reviewed`,
      ok: check.conclusion === 'success',
      evidence: [checkLine(check)],
    };
    const inForce: Check = {
      says: 'it is merged; rules are compiled, signed, published, fetched, verified, and in force',
      ok: true,
      ms,
      evidence: quoted(applied, ['generation', 'sequence', 'commit', 'digest', 'ms']),
    };
    return { checks: [reviewed, ...(await policyTexts(labPolicies)), inForce] };
  },
};
