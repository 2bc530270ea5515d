import { testGround } from '../analysis/index.ts';
import { formatAddress, parsePacketAddress } from '../policy/index.ts';
import type { RuleSet } from '../rules/index.ts';

const form =
  /^(?<sender>\S+)\s*(?:->|→)\s*(?:\[(?<bracketed>[^\]\s]+)\]|(?<host>[^\s/[\]]+?))(?::(?<port>\d{1,5}))?(?:\/(?<protocol>tls|https|tcp|udp|icmp))?$/;

/**
 * A flow in short: `AGENT -> HOST|IP|AGENT[:PORT][/PROTOCOL]`, as the JSON of a flow line. A host means that the agent
 * has learned it, with an equal SNI for TCP, at an address that no CIDR of the rules holds; an agent means an address
 * of its own: both as in a PolicyTest. `tls` (the default of a host) and `https` have the default port 443.
 * @throws {Error} where it is none
 */
export function shortFlow(text: string, ruleSet: RuleSet): Record<string, unknown> {
  const parts = partsOf(text);
  const { sender, to, isAddress } = parts;
  const protocol = parts.protocol ?? (isAddress || !to.includes('.') ? 'tcp' : 'tls');
  const isTls = protocol === 'tls' || protocol === 'https';
  const port = parts.port ?? (isTls ? 443 : undefined);
  const isNamed = !isAddress && to.includes('.');
  return {
    [parsePacketAddress(sender) ? 'src' : 'agent']: sender,
    dst: isAddress ? to : standIn(sender, to, ruleSet),
    ...(isNamed ? { names: [to] } : {}),
    ...(isNamed && (isTls || protocol === 'tcp') ? { sni: to } : {}),
    protocol: isTls ? 'tcp' : protocol,
    ...(port === undefined ? {} : { port }),
  };
}

function partsOf(text: string) {
  // An IPv6 address without brackets has no port: what follows its last colon is part of it.
  const bare = /^(\S+)\s*(?:->|→)\s*([\da-f:.]*:[\da-f:.]*:[\da-f:.]*)(?:\/(\w+))?$/i.exec(text);
  if (bare?.[1] && bare[2] && parsePacketAddress(bare[2])) {
    return { sender: bare[1], to: bare[2], isAddress: true, port: undefined, protocol: bare[3] };
  }
  const groups = form.exec(text.trim())?.groups;
  const to = groups?.bracketed ?? groups?.host;
  if (!groups?.sender || to === undefined) {
    throw new Error(
      `${JSON.stringify(text)} is no flow: write it as 'AGENT -> HOST:PORT', 'AGENT -> IP:PORT/udp', or as the JSON of a flow line`,
    );
  }
  const port = groups.port === undefined ? undefined : Number(groups.port);
  const isAddress = parsePacketAddress(to) !== undefined;
  return { sender: groups.sender, to, isAddress, port, protocol: groups.protocol };
}

/** The address that a name or agent stands for in tests of policies. */
function standIn(sender: string, to: string, ruleSet: RuleSet): string {
  if (parsePacketAddress(sender)) {
    throw new Error(
      `which address ${to} stands for depends on the agent: name the agent in place of ${sender}, or write the flow as JSON`,
    );
  }
  const isAgent = !to.includes('.');
  if (isAgent && !ruleSet.agents.some(({ name }) => name === to)) {
    throw new Error(
      `${JSON.stringify(to)} is no address, no agent, and no host (two labels or more)`,
    );
  }
  const flow = testGround(ruleSet).flowOf({
    agent: sender,
    to: isAgent ? { kind: 'agent', agent: to } : { kind: 'name', name: to },
    protocol: 'tcp',
    expect: 'allow',
    position: { file: '', line: 1, column: 1 },
  });
  return formatAddress(flow.dst);
}
