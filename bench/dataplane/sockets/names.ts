export const SERVER = '10.9.0.2';
const NAMES = 1000;
const ZONE = 'allowed.example.com';

const nameAt = (i: number) => `n${i}.${ZONE}`;
const names = Array.from({ length: NAMES }, (_, i) => nameAt(i));

/** What dnsperf asks, in turn. */
export const questions = names.map((name) => `${name} A\n`).join('');

export const policy = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: client, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.0.0/24]}
  dns: {resolvers: [${SERVER}]}
  allow:
    - {id: service, to: {cidr: ${SERVER}/32}, protocol: tcp, ports: [443]}
    - {id: names, to: {host: "*.${ZONE}"}, protocol: tcp, ports: [443]}
`;

/** A resolver that knows all answers itself. */
export function unboundConfiguration(): string {
  const options = [
    `interface: ${SERVER}`,
    'access-control: 0.0.0.0/0 allow',
    'do-daemonize: no',
    'use-syslog: no',
    'logfile: "/dev/null"',
    'pidfile: ""',
    'chroot: ""',
    'username: ""',
    'directory: "/"',
    'num-threads: 1',
    'module-config: "iterator"',
    `local-zone: "${ZONE}" static`,
    ...names.map((name, i) => `local-data: "${name} 300 IN A 45.0.${i >> 8}.${i & 255}"`),
  ];
  return `server:\n${options.map((line) => `  ${line}\n`).join('')}remote-control:\n  control-enable: no\n`;
}

/** A DNS proxy as one would set it up for such rules: one zone is forwarded, its answers go into a set. */
export function dnsmasqCommand(listen: string, port: number, cache: number): string[] {
  return [
    'dnsmasq',
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--no-resolv',
    '--no-hosts',
    '--user=root',
    '--pid-file=',
    '--bind-interfaces',
    `--listen-address=${listen}`,
    `--port=${port}`,
    `--cache-size=${cache}`,
    '--dns-forward-max=1000',
    `--server=/${ZONE}/${SERVER}`,
    `--nftset=/${ZONE}/4#ip#bench#learned`,
  ];
}
