/** A flow as a gateway logs it. */
export const flowLine = {
  at: '2026-11-23T10:00:00.000Z',
  event: 'flow',
  kind: 'new',
  decision: 'allow',
  reason: 'allowed',
  agent: 'alpha',
  policyVersion: '1.0.0',
  clause: 'AgentPolicy/alpha#web',
  src: '10.8.1.2',
  dst: '192.0.2.1',
  protocol: 'tcp',
  port: 443,
  srcPort: 40000,
  names: ['api.example.com'],
  interface: 'eth1',
  generation: 3,
};

export function line(fields: object = {}): string {
  return `${JSON.stringify({ ...flowLine, ...fields })}\n`;
}
