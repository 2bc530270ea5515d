/** What the agents may do; everything else is the attacker's aim. Only gamma is told what it is refused. */
export const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24, "fd00:8:1::/64"]}
  dns: {resolvers: [10.8.0.53]}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443]}
    - {id: web6, to: {cidr: "2001:db8::/64"}, protocol: tcp, ports: [443]}
    - {id: games, to: {cidr: 192.0.2.0/25}, protocol: udp, ports: [5000]}
    - {id: games6, to: {cidr: "2001:db8::/64"}, protocol: udp, ports: [5000]}
    - {id: echo, to: {cidr: 192.0.2.0/25}, protocol: icmp}
    - {id: echo6, to: {cidr: "2001:db8::/64"}, protocol: icmp}
    - {id: files, to: {host: files.example.com}, protocol: tcp, ports: [443]}
    - {id: api, to: {host: api.example.com}, protocol: https}
    - {id: beta, to: {agent: beta}, protocol: tcp, ports: [8080]}
    - {id: fence, to: {cidr: 192.0.2.200/32}, protocol: udp, ports: [9]}
  deny:
    - {id: no-backup, to: {cidr: 93.184.216.128/25}}
---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: beta, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.2.0/24, "fd00:8:2::/64"]}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443]}
    - {id: fence, to: {cidr: 192.0.2.200/32}, protocol: udp, ports: [9]}
  ingress:
    allow:
      - {id: alpha, from: {agent: alpha}, protocol: tcp, ports: [8080]}
---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: gamma, version: 1.0.0}
spec:
  onDeny: reject
  workloads: {cidrs: [10.8.3.5/32, "fd00:8:3::5/128"]}
  dns: {resolvers: [10.8.0.53]}
  allow: [{id: web, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443]}]
`;
