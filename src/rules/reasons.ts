/**
 * Why a verdict is what it is: one closed list, shared by the evaluator, the eBPF program, logs and documents.
 * `refusal` tells an agent's developer why a DNS question was refused: `agent "x" …`.
 * The position is the code on the wire between kernel and user space: append only, never reorder.
 */
export const reasons = [
  { name: 'allowed', text: 'An allow clause matches.' },
  { name: 'reply', text: 'The packet belongs to a flow that was allowed.' },
  { name: 'related', text: 'An ICMP error about a flow that was allowed.' },
  {
    name: 'denied',
    text: 'A deny clause matches.',
    refusal: 'may not ask for this name',
  },
  { name: 'no-clause', text: 'No clause of the policy allows it.' },
  { name: 'no-ingress', text: 'Nothing allows this flow to reach the agent.' },
  { name: 'budget-spent', text: 'The budget of the matching clause is spent.' },
  { name: 'sni-missing', text: 'The TLS ClientHello names no server.' },
  { name: 'sni-mismatch', text: 'The server named in the TLS ClientHello is not the allowed one.' },
  {
    name: 'quic',
    text: 'QUIC to a host that is allowed by TLS name only; the client falls back to TCP.',
  },
  {
    name: 'dns-name',
    text: 'The name asked for is under no pattern that the agent may reach.',
    refusal: 'may not ask for this name',
  },
  {
    name: 'dns-type',
    text: 'Questions of this DNS record type are refused.',
    refusal: 'may not ask for records of this type',
  },
  { name: 'dns-resolver', text: 'DNS to an address that is not one of the agent’s resolvers.' },
  {
    name: 'dns-rate',
    text: 'Too many DNS questions a minute.',
    refusal: 'asks too many questions a minute',
  },
  {
    name: 'dns-length',
    text: 'The name asked for is longer than the policy admits.',
    refusal: 'may not ask for names of this length',
  },
  { name: 'dns-malformed', text: 'Not one well-formed DNS question or answer.' },
  { name: 'unknown-workload', text: 'The source address is no known workload.' },
  { name: 'spoofed-source', text: 'The source address does not belong to the interface.' },
  { name: 'malformed', text: 'The packet is malformed.' },
  { name: 'fragment', text: 'The packet is a fragment.' },
  { name: 'protocol', text: 'Only TCP, UDP, ICMP and ICMPv6 echo can be allowed.' },
  { name: 'flow-table-full', text: 'The agent has too many open flows.' },
  {
    name: 'would-deny',
    text: 'Allowed because the agent is in audit mode; it would have been denied.',
  },
  { name: 'not-ready', text: 'No rules have been applied yet.' },
  { name: 'dns-tcp', text: 'DNS over TCP to a resolver cannot be filtered and is refused.' },
  { name: 'ethertype', text: 'The frame is neither IPv4, IPv6 nor ARP.' },
  { name: 'ip-options', text: 'IPv4 options can redirect a packet and are refused.' },
  {
    name: 'not-established',
    text: 'A segment or reply that belongs to no known flow and opens none.',
  },
  { name: 'busy', text: 'Too many packets of one sidecar were being judged at one moment.' },
  {
    name: 'tls-missing',
    text: 'Only TLS is allowed there, and the connection does not begin with a ClientHello.',
  },
  { name: 'tls-malformed', text: 'The TLS ClientHello is malformed, too long or incomplete.' },
  { name: 'tls-resent', text: 'Bytes of the TLS ClientHello were sent again with other content.' },
  {
    name: 'tls-pending',
    text: 'Not before the TLS ClientHello is complete and allowed; it is to be sent again.',
  },
  { name: 'no-route', text: 'The way out that the clause names is not there.' },
] as const;

export type Reason = (typeof reasons)[number]['name'];

/** Code of a reason on the wire between kernel and user space. */
export const reasonCode: Readonly<Record<Reason, number>> = Object.fromEntries(
  reasons.map((reason, code) => [reason.name, code]),
) as Record<Reason, number>;
