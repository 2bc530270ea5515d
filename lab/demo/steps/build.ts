import { addGateway, labPolicies, up } from '../../instance/index.ts';
import { agents, hosts } from '../../net/index.ts';
import { deniedScenarios, ungoverned } from '../../scenarios/index.ts';
import { authorityCertificate } from '../../services/index.ts';
import { checkScenario } from '../check-scenario.ts';
import { policyTexts } from '../policy-texts.ts';
import { quoted } from '../quoted.ts';
import type { Check } from '../report.ts';
import type { Step } from '../step.ts';

/** Builds the lab, with nobody who governs it yet. */
export const buildLab: Step = {
  name: 'lab-up',
  title: 'A network of its own is built, out of network namespaces',
  vital: true,
  async run(stage) {
    const stages: string[] = [];
    stage.lab = await up(stage.instance, {
      policies: labPolicies,
      copyPolicies: true,
      withoutGateway: true,
      signal: stage.signal,
      onStage: (name, ms) => stages.push(`${name}: ${Math.round(ms)} ms`),
    });
    const others = hosts.filter((host) => host.role !== 'agent').map((host) => host.name);
    const governed = agents.map(({ name, ipv4, ipv6 }) => `${name} (${ipv4.host}, ${ipv6.host})`);
    const evidence = [
      `agents: ${governed.join(', ')}`,
      `behind the router: ${others.join(', ')}`,
      stages.join('; '),
    ];
    const says = `${agents.length} agents and ${others.length} hosts are up and ready, with a router in between`;
    return { checks: [{ says, ok: true, evidence }] };
  },
};

/** Without a gateway everything gets through: what is denied later is denied by nothing else. */
export const tryUngoverned: Step = {
  name: 'ungoverned',
  title: 'Before there is a gateway, everything gets through',
  async run(stage) {
    const authority = authorityCertificate(stage.instance.runDirectory);
    const checks: Check[] = [];
    for (const scenario of deniedScenarios(authority).map(ungoverned)) {
      const attempts = await checkScenario(stage, scenario);
      const through = attempts.filter((check) => check.ok);
      const says = `${scenario.about}: ${through.length} of ${attempts.length} attempts get through`;
      const failed = attempts.filter((check) => !check.ok);
      const [example] = through.slice(-1);
      const shown = failed.length > 0 ? failed : example ? [example] : [];
      const evidence = shown.flatMap((check) => check.evidence);
      checks.push({ says, ok: failed.length === 0, evidence });
    }
    return { checks };
  },
};

/** Starts the gateway, and shows which rules are in force from then on. */
export const enforcePolicies: Step = {
  name: 'policies-enforced',
  title: 'A gateway starts: policies become rules in the kernel',
  vital: true,
  async run(stage) {
    const start = performance.now();
    const { process, events } = await addGateway(stage.instance, stage.signal);
    const ms = performance.now() - start;
    const applied = events.find(({ event }) => event === 'applied');
    const evidence = [
      `process ${process.pid}`,
      ...(applied ? quoted(applied, ['generation', 'digest', 'ms']) : [JSON.stringify(events)]),
    ];
    const inForce = { says: 'they are in force', ok: applied !== undefined, ms, evidence };
    return {
      checks: [...(await policyTexts(stage.lab?.policies ?? labPolicies)), inForce],
      figures: { 'gateway started and ready': ms },
    };
  },
};
