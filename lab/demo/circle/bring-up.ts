import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { policyRepository, startControlPlane } from '../../control/index.ts';
import { addGateway, labPolicies } from '../../instance/index.ts';
import { hostNamed } from '../../net/index.ts';
import { allRefused, inRepository } from '../../scenarios/index.ts';
import { checkScenario } from '../check-scenario.ts';
import { quoted } from '../quoted.ts';
import type { Step } from '../step.ts';
import { controlOf } from './control-of.ts';

/** What the platform team has put into the repository before anybody else. */
const first = 'baseline.yaml';

/** Keys are made; bot, bundle server and GitHub start on the control host. */
export const bringUpControl: Step = {
  name: 'control-up',
  title: 'Keys are made; GitHub, and the bot with its bundle server, come up',
  vital: true,
  async run(stage) {
    const start = performance.now();
    const text = await readFile(join(labPolicies, first), 'utf8');
    const files = { [inRepository(first)]: text };
    stage.control = await startControlPlane(stage.instance, files, stage.signal);
    const { github, bundles } = stage.control;
    const { owner, name } = policyRepository;
    return {
      checks: [
        {
          says: 'they are up, on a host of their own',
          ok: true,
          ms: performance.now() - start,
          evidence: [
            `local GitHub: ${github.apiUrl}, repository ${owner}/${name} with ${inRepository(first)}`,
            `sallyport serve: ${bundles.url}; it knows the GitHub, and the gateway’s public key`,
            `root.json, which the gateway is enrolled with: 2 of 3 offline keys`,
          ],
        },
      ],
    };
  },
};

/** A gateway starts that knows its server, and has no rules yet. */
export const bringUpGateway: Step = {
  name: 'gateway-up',
  title:
    'A gateway starts, enrolled with root.json and a group: until there are rules, all is refused',
  vital: true,
  async run(stage) {
    const start = performance.now();
    const { bundles } = controlOf(stage);
    const { process, events } = await addGateway(stage.instance, stage.signal, bundles);
    const ms = performance.now() - start;
    const ready = events.find(({ event }) => event === 'ready');
    const up = {
      says: `it is ready, in front of ${hostNamed('invoice-processor').name} and ${hostNamed('research-assistant').name}`,
      ok: ready !== undefined,
      ms,
      evidence: [`process ${process.pid}`, ...(ready ? quoted(ready, ['interfaces']) : [])],
    };
    const checks = [up, ...(await checkScenario(stage, allRefused))];
    return { checks, figures: { 'gateway started and ready': ms } };
  },
};
