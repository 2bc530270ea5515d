import { Gateway } from '../../../gateway/agent/gateway.ts';
import { compile } from '../../../src/rules/index.ts';
import { loadPolicies } from '../../../src/source/index.ts';

// Brings a gateway up on some interfaces as far as it is told, and is then gone without a word.
type Step = 'opened' | 'applied' | 'attached';

const [name = '', folder = '', step = '', ...interfaces] = process.argv.slice(2);
const reached = (now: Step) => {
  if (now === step) process.kill(process.pid, 'SIGKILL');
};

const gateway = Gateway.open(name);
reached('opened');
const ifindexes = interfaces.map(Number);
const { policySet } = await loadPolicies(folder);
await gateway.apply(
  { ruleSet: compile(policySet), origin: {} },
  [{ ifindex: ifindexes[0] ?? 0, holds: 'all' }],
  { ways: new Map(), workloads: [] },
);
reached('applied');
for (const ifindex of ifindexes) gateway.attach(ifindex);
reached('attached');
throw new Error(`there is no step ${step}`);
