import { fileURLToPath } from 'node:url';
import type { HostName, Port } from '../net/index.ts';
import { certificateOf } from './certificates.ts';

/** A process that the lab runs on a host. */
export interface Service {
  readonly name: string;
  readonly host: HostName;
  readonly description: string;
  readonly commandLine: readonly string[];
  /** What it must take connections at before it counts as ready. */
  readonly ports: readonly Port[];
}

/** Ports of the database: for queries, and for its administration. */
export const databasePorts = { query: 5432, administration: 5433 } as const;

/** Port at which agents offer their tools to their own machine. */
export const agentToolPort = 8080;

/** Hosts that answer over HTTPS, with the names in their certificates. */
export const httpsHosts = {
  billing: ['billing.acme.example'],
  papers: ['papers.example', '*.papers.example', '*.arxiv.papers.example'],
} as const;

const script = (name: string) => [process.execPath, fileURLToPath(new URL(name, import.meta.url))];

const tcp = (port: number): Port => ({ protocol: 'tcp', port });

function http(host: HostName, port: number, says: string, description: string): Service {
  const options = ['--port', String(port), '--says', says];
  const commandLine = [...script('./http-main.ts'), ...options];
  return { name: `${host}-http`, host, description, commandLine, ports: [tcp(port)] };
}

function https(directory: string, host: keyof typeof httpsHosts): Service {
  const { certificate, key } = certificateOf(directory, host);
  const service = http(host, 443, `hello from ${host}`, `HTTPS service of ${httpsHosts[host][0]}`);
  const commandLine = [...service.commandLine, '--certificate', certificate, '--key', key];
  return { ...service, name: `${host}-https`, commandLine };
}

function dns(directory: string, host: HostName, description: string): Service {
  return {
    name: `${host}-dns`,
    host,
    description,
    commandLine: ['unbound', '-d', '-c', `${directory}/${host}.unbound.conf`],
    ports: [{ protocol: 'udp', port: 53 }, tcp(53)],
  };
}

/** Everything that runs in the lab beside the gateway; `directory` holds configuration and certificates. */
export function labServices(directory: string): Service[] {
  const { query, administration } = databasePorts;
  const database = [...script('./database-main.ts'), String(query), String(administration)];
  return [
    dns(directory, 'resolver', 'the permitted DNS resolver (unbound)'),
    dns(directory, 'attacker', 'the attacker’s name server (unbound)'),
    https(directory, 'billing'),
    https(directory, 'papers'),
    {
      name: 'ledger-database',
      host: 'ledger',
      description: 'TCP database: queries and administration',
      commandLine: database,
      ports: [tcp(query), tcp(administration)],
    },
    http('vault', 80, 'every secret there is', 'HTTP service that no agent may reach'),
    http('attacker', 80, 'thank you', 'HTTP service of the attacker'),
    http('research-assistant', agentToolPort, 'tools of research-assistant', 'an agent’s tools'),
    http('invoice-processor', agentToolPort, 'tools of invoice-processor', 'an agent’s tools'),
  ];
}
