import { type Command, InvalidArgumentError, Option } from 'commander';
import { nameOption } from './name-option.ts';

/** Where rules come from, and where what they decide is kept. */
export interface RuleOptions {
  readonly policies?: string;
  readonly url?: string;
  readonly root?: string;
  readonly group?: string;
  readonly state?: string;
  /** Seconds. */
  readonly poll: number;
  readonly record?: string;
}

/** The options of every command that puts rules in force. */
export function addRuleOptions(command: Command): Command {
  return command
    .option('--policies <dir>', 'take the rules from this policy folder')
    .addOption(new Option('--url <url>', 'take the rules from this server').conflicts('policies'))
    .option('--root <file>', 'with --url: the trusted root.json, from enrolment')
    .option(
      '--group <name>',
      'which gateway group this gateway is of; with --policies only where they describe several',
      nameOption,
    )
    .option(
      '--poll <seconds>',
      'with --url: look for new rules this often, told or not',
      seconds,
      30,
    )
    .option(
      '--state <dir>',
      'keep what was spent of budgets here, with --url also key and last good bundle (default: /var/lib/sallyport/<name>)',
    )
    .option('--record <dir>', 'keep flows in this folder, for simulations');
}

function seconds(value: string): number {
  const number = Number(value);
  if (number >= 1 && number <= 3600) return number;
  throw new InvalidArgumentError('a number from 1 to 3600');
}
