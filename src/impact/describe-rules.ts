import { formatHostPattern } from '../policy/index.ts';
import type { Clause, Destination } from '../rules/index.ts';
import type { ChangedDestination, Outcome } from './simulation.ts';

/** A clause in one line, as a policy would say it: `host api.example.com tcp 443`. */
export function clauseText({ to, protocol, ports }: Clause): string {
  const ranges = ports.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`));
  return [destinationText(to), protocol === 'any' ? 'any protocol' : protocol, ranges.join(',')]
    .filter((part) => part !== '')
    .join(' ');
}

function destinationText(to: Destination): string {
  if (to.kind === 'any') return 'any destination';
  if (to.kind === 'agent') return `agent ${to.agent}`;
  if (to.kind === 'host') return formatHostPattern(to.host);
  return to.except.length > 0 ? `${to.cidr} except ${to.except.join(', ')}` : to.cidr;
}

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
