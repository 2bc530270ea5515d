import { fileURLToPath } from 'node:url';

/** What a client's exit code says about the network: an answer came, or nothing came back at all. */
interface ExitCodes {
  readonly answered: readonly number[];
  readonly silence: readonly number[];
}

/** A program as a person or an agent would start it. */
export interface Client {
  readonly commandLine: readonly string[];
  readonly exitCodes: ExitCodes;
  /** What its output holds where the gateway has answered in the place of a resolver, and refused. */
  readonly refusal?: string;
  /** How it is shown to a reader; the command line when absent. */
  readonly shown?: string;
}

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address);

// 28: time ran out, while resolving or connecting. A refusal (7) or a TLS failure (35, 60) is not silence.
const curlCodes: ExitCodes = { answered: [0], silence: [28] };
const curl = ['curl', '--silent', '--show-error', '--connect-timeout', '1', '--max-time', '2'];

/** curl to a web service by name, one address family only, verifying its certificate. */
export function httpsByName(name: string, family: 4 | 6, authority: string): Client {
  return {
    commandLine: [...curl, `-${family}`, '--cacert', authority, `https://${name}/`],
    exitCodes: curlCodes,
    shown: `curl -${family} https://${name}/`,
  };
}

/** curl to a web service by address, without asking any resolver; `name` is what its certificate must be for. */
export function httpsByAddress(name: string, address: string, authority: string): Client {
  const resolve = ['--resolve', `${name}:443:${bracketed(address)}`];
  return {
    commandLine: [...curl, '--cacert', authority, ...resolve, `https://${name}/`],
    exitCodes: curlCodes,
    shown: `curl --resolve ${name}:443:${bracketed(address)} https://${name}/`,
  };
}

/** curl to a plain web service by address. */
export function http(address: string, port: number): Client {
  const url = `http://${bracketed(address)}${port === 80 ? '' : `:${port}`}/`;
  return { commandLine: [...curl, url], exitCodes: curlCodes, shown: `curl ${url}` };
}

/** dig: one question to one server; 9 means that no server answered. Extended DNS Errors stand among its comments. */
export function dig(server: string, name: string, type: string, overTcp = false): Client {
  const options = [
    '+time=1',
    '+tries=1',
    '+noall',
    '+answer',
    '+comments',
    ...(overTcp ? ['+tcp'] : []),
  ];
  return {
    commandLine: ['dig', `@${server}`, name, type, ...options],
    exitCodes: { answered: [0], silence: [9] },
    refusal: 'EDE: 15 (Blocked): (sallyport: agent ',
    shown: `dig @${server} ${shortened(name)} ${type}${overTcp ? ' +tcp' : ''}`,
  };
}

/** ping: one echo request; 1 means no reply. */
export function ping(address: string): Client {
  return {
    commandLine: ['ping', '-n', '-c', '1', '-W', '1', address],
    exitCodes: { answered: [0], silence: [1] },
    shown: `ping -c 1 ${address}`,
  };
}

/** A query to the database over TCP. */
export function query(address: string, port: number, text: string): Client {
  return {
    commandLine: [process.execPath, script('./query-main.ts'), address, String(port), text],
    exitCodes: { answered: [0], silence: [4] },
    shown: `query ${bracketed(address)}:${port} "${text}"`,
  };
}

/** Keeps a database connection busy until it is cut. */
export function hold(address: string, port: number): readonly string[] {
  return [process.execPath, script('./hold-main.ts'), address, String(port)];
}

/** Tries to connect, over and over, until it works or `deadline` milliseconds have passed. */
export function knock(address: string, port: number, deadline: number): readonly string[] {
  return [process.execPath, script('./knock-main.ts'), address, String(port), String(deadline)];
}

function shortened(name: string): string {
  return name.length <= 60 ? name : `${name.slice(0, 24)}…${name.slice(-24)}`;
}
