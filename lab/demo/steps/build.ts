import { loadPolicies } from '../../../src/source/index.ts';
import { examplePolicies, up } from '../../instance/index.ts';
import { agents, hosts } from '../../net/index.ts';
import { clauseLines } from '../clause-lines.ts';
import type { Check } from '../report.ts';
import type { Stage, Step } from '../step.ts';

/** Builds the lab; the gateway included. */
export const buildLab: Step = {
  name: 'lab-up',
  title: 'A network of its own is built, out of network namespaces',
  vital: true,
  async run(stage) {
    const stages: string[] = [];
    stage.lab = await up(stage.instance, {
      policies: examplePolicies,
      copyPolicies: true,
      signal: stage.signal,
      onStage: (name, ms) => stages.push(`${name}: ${Math.round(ms)} ms`),
    });
    const others = hosts.filter((host) => host.role !== 'agent').map((host) => host.name);
    const governed = agents.map(({ name, ipv4, ipv6 }) => `${name} (${ipv4.host}, ${ipv6.host})`);
    const evidence = [
      `governed: ${governed.join(', ')}`,
      `beyond the gateway: ${others.join(', ')}`,
      stages.join('; '),
    ];
    const says = `${agents.length} agents, a gateway and ${others.length} hosts are up and ready`;
    return { checks: [{ says, ok: true, evidence }] };
  },
};

/** Shows which rules are in force. */
export const showPolicies: Step = {
  name: 'policies-enforced',
  title: 'Policies become rules in the kernel, before the first packet is forwarded',
  vital: true,
  async run(stage) {
    const { signal, log } = stage;
    const isApplied = (event: { event?: string }) => event.event === 'applied';
    const applied = await log.until('rules applied', isApplied, { deadline: 5000, signal });
    const evidence = [`gateway: ${JSON.stringify(applied)}`];
    const inForce = { says: 'the gateway enforces them', ok: true, evidence };
    return { checks: [...(await policyTexts(stage)), inForce] };
  },
};

/** What the policies say. */
async function policyTexts(stage: Stage): Promise<Check[]> {
  const { policySet, problems } = await loadPolicies(stage.lab?.policies ?? examplePolicies);
  return [...policySet.guardrails, ...policySet.agents].map((policy) => ({
    says: `${policy.kind}/${policy.metadata.name} ${policy.metadata.version}`,
    ok: problems.length === 0,
    evidence: clauseLines(policy),
  }));
}
