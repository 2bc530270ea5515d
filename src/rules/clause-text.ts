import { days, formatHostPattern, type PortRange, type Window } from '../policy/index.ts';
import type { Clause, ClauseBudget, Destination, IngressClause } from './rule-set.ts';

/**
 * A clause in one line, as a policy would say it: `api.example.com tls 443, mon–fri 08:00–18:00 Europe/Berlin`.
 * Its values come from policies: whoever shows it makes them harmless for where it is shown.
 */
export function clauseText(clause: Clause): string {
  const { onBehalfOf, budget, via } = clause;
  return [
    `${destinationText(clause.to)} ${trafficText(clause)}`,
    ...timeParts(clause),
    ...(onBehalfOf ? [`on behalf of ${onBehalfOf.join(' or ')}`] : []),
    ...(budget ? [budgetText(budget)] : []),
    ...(via === undefined ? [] : [`via ${via}`]),
  ].join(', ');
}

/** An ingress clause in one line: `from agent planner, tcp 8080`. */
export function ingressClauseText(clause: IngressClause): string {
  const from = `from ${destinationText(clause.from)}`;
  return [from, trafficText(clause), ...timeParts(clause)].join(', ');
}

function timeParts({ during, expires }: Pick<Clause, 'during' | 'expires'>): string[] {
  return [
    ...(during ? [windowText(during)] : []),
    ...(expires === undefined ? [] : [`through ${expires}`]),
  ];
}

function destinationText(to: Destination): string {
  if (to.kind === 'any') return 'any destination';
  if (to.kind === 'agent') return `agent ${to.agent}`;
  if (to.kind === 'host') return formatHostPattern(to.host);
  return to.except.length > 0 ? `${to.cidr} except ${to.except.join(', ')}` : to.cidr;
}

/** `tcp 443`, `tcp 80,8000-8080`, `icmp`, `any protocol`. */
function trafficText({ protocol, ports }: Pick<Clause, 'protocol' | 'ports'>): string {
  const name = protocol === 'any' ? 'any protocol' : protocol;
  return ports.length > 0 ? `${name} ${portsText(ports)}` : name;
}

/** `443,8000-8080`. */
export function portsText(ports: readonly PortRange[]): string {
  return ports.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`)).join(',');
}

/** `mon–fri 08:00–18:00 Europe/Berlin`; a window past midnight says so. */
export function windowText({ days: on, from, to, timezone }: Window): string {
  const overnight = to < from ? ' of the next day' : '';
  return `${daysText(on)} ${clockText(from)}–${clockText(to)}${overnight} ${timezone}`;
}

/** `daily`, `mon–fri`, `mon, wed, fri`. */
function daysText(on: Window['days']): string {
  if (on.length === days.length) return 'daily';
  const [start = 'mon'] = on;
  const first = days.indexOf(start);
  const isRun = on.length > 2 && on.every((day, i) => day === days[first + i]);
  return isRun ? `${start}–${on.at(-1)}` : on.join(', ');
}

/** Minutes since midnight as a clock shows them, `24:00` included. */
function clockText(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** `budget upload (500 MB per hour)`. */
function budgetText({ name, bytes, per }: ClauseBudget): string {
  return `budget ${name} (${bytesText(bytes)} per ${per})`;
}

const units: readonly (readonly [bytes: number, name: string])[] = [
  [1e12, 'TB'],
  [2 ** 40, 'TiB'],
  [1e9, 'GB'],
  [2 ** 30, 'GiB'],
  [1e6, 'MB'],
  [2 ** 20, 'MiB'],
  [1e3, 'kB'],
  [2 ** 10, 'KiB'],
];

/** `500 MB`, `64 MiB`: in the largest unit that says the number exactly. */
export function bytesText(bytes: number): string {
  const [size, name] = units.find(([unit]) => bytes >= unit && bytes % unit === 0) ?? [1, 'bytes'];
  return `${bytes / size} ${name}`;
}
