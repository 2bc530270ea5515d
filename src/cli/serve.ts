import { once } from 'node:events';
import type { Command } from 'commander';
import pino from 'pino';

const help = `
Secrets come from files that the configuration names, or from the environment:
  SALLYPORT_WEBHOOK_SECRET      what GitHub signs its webhooks with; nothing starts without it
  SALLYPORT_GITHUB_PRIVATE_KEY  the App’s private key, PEM
  SALLYPORT_KEYS_PASSPHRASE     of the online bundle keys, if they have one

Logs JSON lines to standard output. SIGTERM ends it cleanly; what was under way is taken up at the next
start.

Example:
  $ sallyport serve --config /etc/sallyport/server.yaml

Exit codes:
  0  ended by SIGTERM or SIGINT
  2  wrong usage or configuration, or the address or state cannot be used

Configuration and set-up are described in docs/app.md.`;

interface Options {
  readonly config: string;
  readonly logLevel: string;
}

const levels = ['debug', 'info', 'warn', 'error'];

/** `sallyport serve`: hosts the GitHub App, the signed bundles and the event stream. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .summary('host the GitHub App and the bundles for gateways')
    .description(
      'Reviews pull requests of policy repositories, publishes what is merged as signed bundles, notifies gateways and shows on GitHub what they enforce.',
    )
    .requiredOption('--config <file>', 'the configuration, YAML or JSON')
    .option('--log-level <level>', `one of ${levels.join(', ')}`, logLevel, 'info')
    .addHelpText('after', help)
    .action(serve);
}

async function serve({ config, logLevel: level }: Options): Promise<void> {
  // Not at the top: no other command should wait for the whole server to be loaded.
  const { readConfiguration, Server } = await import('../app/index.ts');
  const configuration = readConfiguration(config, process.env);
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const log = pino(options, pino.destination({ fd: 1, sync: true }));
  const ended = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const server = await Server.start(configuration, log);
  await ended;
  await server.stop();
  // What may still be open are requests to GitHub that nobody waits for.
  process.exit();
}

function logLevel(value: string): string {
  if (levels.includes(value)) return value;
  throw new Error(`--log-level ${value}: use one of ${levels.join(', ')}`);
}
