import { copyTree, forgeTree, withTree } from '../../control/index.ts';
import { JsonLog, type LogEvent, labPolicies, reloadGateway } from '../../instance/index.ts';
import { ledgerMoved, stillEnforced } from '../../scenarios/index.ts';
import { authorityCertificate } from '../../services/index.ts';
import { checkScenario } from '../check-scenario.ts';
import { quoted } from '../quoted.ts';
import type { Check } from '../report.ts';
import type { Stage, Step, StepResult } from '../step.ts';
import { controlOf } from './control-of.ts';

const patience = 10_000;

const olderTree = ({ instance }: Stage) => `${instance.runDirectory}/tuf-older`;

/** Keeps the repository as it is now, as somebody might who means to bring it back later. */
export async function keepOlderTree(stage: Stage): Promise<void> {
  await copyTree(controlOf(stage).tree, olderTree(stage));
}

/** A server in the wrong hands cannot make rules. */
export const refuseForged: Step = {
  name: 'forged',
  title: 'A forged bundle without the guardrail, signed with other keys, is refused',
  async run(stage) {
    const forged = `${stage.instance.runDirectory}/tuf-forged`;
    await forgeTree(labPolicies, controlOf(stage).bundles.group, forged);
    return serveInstead(stage, forged, 'bad-signature');
  },
};

/** Nor can it bring old ones back. */
export const refuseReplayed: Step = {
  name: 'replayed',
  title: 'An older repository, truly signed, is served again: it is refused',
  run: (stage) => serveInstead(stage, olderTree(stage), 'rolled-back'),
};

/** Serves another tree at the same place; the gateway looks at once, and the clients tell what is in force. */
async function serveInstead(stage: Stage, tree: string, code: string): Promise<StepResult> {
  const { instance, signal } = stage;
  return withTree(controlOf(stage).tree, tree, async () => {
    const log = await JsonLog.fromNow(instance);
    await reloadGateway(instance);
    const isRejected = ({ event }: LogEvent) => event === 'rejected';
    const rejected = await log.until('a rejection', isRejected, { deadline: patience, signal });
    const refused: Check = {
      says: 'the gateway refuses it, and says why',
      ok: String(rejected.message).includes(`${code}:`),
      evidence: quoted(rejected, []).slice(0, 1),
    };
    const scenarios = [stillEnforced(authorityCertificate(instance.runDirectory)), ledgerMoved];
    const stands = await Promise.all(scenarios.map((one) => checkScenario(stage, one)));
    return { checks: [refused, ...stands.flat()] };
  });
}
