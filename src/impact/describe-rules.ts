import type { ChangedDestination, Outcome } from './simulation.ts';
import type { Unrecorded } from './unrecorded/index.ts';

/** `api.example.com:443/tcp`. */
export function placeText({ host, protocol, port }: ChangedDestination): string {
  const bracketed = host.includes(':') && port !== null ? `[${host}]` : host;
  const name = typeof protocol === 'number' ? `protocol ${protocol}` : protocol;
  return port === null ? `${host} ${name}` : `${bracketed}:${port}/${name}`;
}

/** What decided: `AgentPolicy/a#crm`, or the reason where no clause did; audit is said beside it. */
export function outcomeText({ decision, reason, clause }: Outcome): string {
  const by = clause ?? reason;
  return `${decision}: ${clause !== null && reason === 'would-deny' ? `${by} (would-deny)` : by}`;
}

/** What a record leaves open. */
export const unrecordedTexts: Readonly<Record<Unrecorded, string>> = {
  names: 'the names that the agent had learned',
  sni: 'the server name',
  principals: 'whom the workload acted for',
  budget: 'how much of a budget was left',
};
