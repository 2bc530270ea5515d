import { cidrHolds, formatAddress, formatCidr, formatHostPattern } from '../../policy/index.ts';
import { portsText, windowText } from '../clause-text.ts';
import type {
  ConditionName,
  Packet,
  ParsedClause,
  ParsedDestination,
  Role,
} from '../judge/index.ts';
import { localClock } from '../time/index.ts';

/** Why a condition fails, with the values of both sides: `port 80 is not 443`. */
export function failureText(
  condition: ConditionName,
  clause: ParsedClause,
  packet: Packet,
  role: Role,
): string {
  return texts[condition](clause, packet, role);
}

const texts: Readonly<
  Record<ConditionName, (clause: ParsedClause, packet: Packet, role: Role) => string>
> = {
  protocol: ({ protocol }, packet) =>
    `protocol ${packet.protocol} is not ${protocol === 'tls' ? 'tcp (tls)' : protocol}`,
  port: ({ ports }, { port }) => {
    if (ports.length === 0) return `port ${port} (DNS) must be named by the clause that opens it`;
    return port === undefined
      ? `the flow states no port, the clause ${portsText(ports)}`
      : `port ${port} is not ${portsText(ports)}`;
  },
  destination: destinationText,
  sni: ({ to }, { sni }) => {
    const wanted = to.kind === 'host' ? formatHostPattern(to.host) : 'any server';
    return sni === undefined
      ? `the ClientHello names no server, the clause wants ${wanted}`
      : `the server name ${sni} does not match ${wanted}`;
  },
  window: ({ during }, { at }) => {
    if (!during) return '';
    const text = windowText(during.window);
    return at === undefined
      ? `the time is not known, the clause holds ${text}`
      : `${localTime(at, during.window.timezone)} is outside ${text}`;
  },
  expiry: ({ expires }, { at }) =>
    at === undefined
      ? `the time is not known, the clause holds through ${expires?.day} UTC`
      : `the clause expired after ${expires?.day} UTC, it is ${utcTime(at)}`,
  principal: ({ onBehalfOf = [] }, { principals }) => {
    const wanted = onBehalfOf.join(' or ');
    if (!principals) return `whom the workload acts for is not known, the clause wants ${wanted}`;
    if (principals.length === 0) return `the workload acts for nobody, the clause wants ${wanted}`;
    return `the workload acts for ${principals.join(', ')}, not for ${wanted}`;
  },
};

function destinationText({ to }: ParsedClause, packet: Packet, role: Role): string {
  const { address, peer } = packet;
  const shown = address ? formatAddress(address) : 'the address, which is not known,';
  switch (to.kind) {
    case 'any':
      return '';
    case 'agent':
      return `${shown} ${peer === undefined ? 'belongs to no agent' : `belongs to ${peer}`}, not to ${to.agent}`;
    case 'cidr': {
      if (!address) return 'the address is not known, so that no CIDR holds it';
      const hole = to.except.find((cidr) => cidrHolds(cidr, address));
      return hole
        ? `${shown} is in the exception ${formatCidr(hole)}`
        : `${shown} is outside ${formatCidr(to.cidr)}`;
    }
    case 'host':
      return hostText(to, packet, role);
  }
}

function hostText(
  { host }: Extract<ParsedDestination, { kind: 'host' }>,
  { names, sni }: Packet,
  role: Role,
): string {
  const pattern = formatHostPattern(host);
  const learned =
    names.length === 0
      ? `no name is learned for the address, the clause wants ${pattern}`
      : `the learned ${names.length === 1 ? 'name' : 'names'} ${names.join(', ')} ${names.length === 1 ? 'does' : 'do'} not match ${pattern}`;
  return role === 'deny' && sni !== undefined
    ? `${learned}, nor does the server name ${sni}`
    : learned;
}

/** `Sunday 03:10 Europe/Berlin` */
function localTime(at: number, timezone: string): string {
  const { day, hoursAndMinutes } = localClock(timezone, at);
  return `${weekdays[day]} ${hoursAndMinutes} ${timezone}`;
}

const weekdays = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
} as const;

function utcTime(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/:\d\d\.\d+Z$/, ' UTC');
}
