import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Passphrases } from '../bundle/index.ts';

export interface PassphraseOptions {
  readonly passphraseFile?: string;
  readonly onlinePassphraseFile?: string;
}

export const passphrasesHelp = `
Passphrases of key files come from the files named, or from the environment:
  SALLYPORT_PASSPHRASE          of the offline keys (root, targets)
  SALLYPORT_ONLINE_PASSPHRASE   of the online keys (bundles, snapshot, timestamp)
Without one, key files are made unencrypted, readable by their owner only.`;

export function onlinePassphraseOption(command: Command): Command {
  return command.option(
    '--online-passphrase-file <file>',
    'file with the passphrase of the online keys',
  );
}

export function passphraseOptions(command: Command): Command {
  return onlinePassphraseOption(
    command.option('--passphrase-file <file>', 'file with the passphrase of the offline keys'),
  );
}

/** @throws {Error} if a file cannot be read or is empty */
export async function readPassphrases(options: PassphraseOptions): Promise<Passphrases> {
  const offline = await read(options.passphraseFile, process.env.SALLYPORT_PASSPHRASE);
  const online = await read(options.onlinePassphraseFile, process.env.SALLYPORT_ONLINE_PASSPHRASE);
  return {
    ...(offline === undefined ? {} : { offline }),
    ...(online === undefined ? {} : { online }),
  };
}

async function read(file: string | undefined, variable: string | undefined) {
  if (file === undefined) return variable === '' ? undefined : variable;
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`cannot read the passphrase file ${file}: ${error.message}`);
  });
  const passphrase = text.replace(/\r?\n$/, '');
  if (passphrase === '') throw new Error(`the passphrase file ${file} is empty`);
  return passphrase;
}
