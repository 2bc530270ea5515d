import { policyRepository } from '../control/index.ts';
import type { Stage } from './step.ts';

/** What to do with a lab that was left up. */
export function lookAround({ instance, control }: Stage): string {
  const lab = `npm run lab -- --instance ${instance.name}`;
  const { owner, name } = policyRepository;
  const lines = control
    ? [
        `${lab} exec control curl -s ${control.bundles.url}status`,
        `${lab} github '/pulls?state=all'`,
        `${lab} github /issues/3/comments`,
        `${lab} github /deployments`,
        `git --git-dir ${instance.runDirectory}/github/${owner}/${name}.git log --graph main`,
        `npm run sallyport -- simulate OLD NEW --recording ${control.bundles.recording}`,
        `tail -f ${instance.runDirectory}/server.log`,
      ]
    : [`edit a file in ${instance.runDirectory}/policies`];
  return `
The lab is still up. Look around:
  ${lab} status
  ${lab} watch
  ${lab} exec invoice-processor dig billing.acme.example
${lines.map((line) => `  ${line}`).join('\n')}
and then:
  ${lab} down
`;
}
