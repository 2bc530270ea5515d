/** One agent that may reach one address on one port. */
export function agentPolicy(
  name: string,
  {
    subnet = '10.8.1.0/24',
    port = 443,
    more = '',
    version = '1.0.0',
  }: { subnet?: string; port?: number; more?: string; version?: string } = {},
): string {
  return `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: ${version}}
spec:
  workloads: {cidrs: [${subnet}]}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [${port}]}
${more}`;
}
