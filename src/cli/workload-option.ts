import { InvalidArgumentError } from 'commander';
import {
  type Address,
  cidrHolds,
  formatAddress,
  parseAddress,
  parseCidr,
} from '../policy/index.ts';
import type { Registration, RuleSet } from '../rules/index.ts';

/**
 * One more `--workload ADDRESS=AGENT`, as if the workload had registered.
 * @throws {InvalidArgumentError} where it is written otherwise.
 */
export function addWorkload(text: string, before: readonly Registration[] = []): Registration[] {
  const [written = '', agent = '', ...rest] = text.split('=');
  const address = parseAddress(written);
  if (!address || agent === '' || rest.length > 0) {
    throw new InvalidArgumentError('Write an address and an agent, such as 10.9.1.4=my-agent.');
  }
  return [...before, { address, agent }];
}

/** @throws {Error} with what to do, where a workload could not have registered so under the rules. */
export function checkWorkloads(ruleSet: RuleSet, workloads: readonly Registration[]): void {
  for (const { address, agent: name } of workloads) {
    const shown = `--workload ${formatAddress(address)}=${name}`;
    const agent = ruleSet.agents.find((one) => one.name === name);
    if (!agent) throw new Error(`${shown}: there is no AgentPolicy/${name}`);
    if (Object.keys(agent.selector).length === 0) {
      throw new Error(
        `${shown}: AgentPolicy/${name} has no \`workloads.selector\`, so that none can register`,
      );
    }
    const owner = ruleSet.agents.find(({ sources }) =>
      sources.some((cidr) => holds(cidr, address)),
    );
    if (owner && owner !== agent) {
      throw new Error(`${shown}: the address lies in the CIDRs of AgentPolicy/${owner.name}`);
    }
  }
}

function holds(text: string, address: Address): boolean {
  const cidr = parseCidr(text);
  return typeof cidr !== 'string' && cidrHolds(cidr, address);
}
