import path from 'node:path';
import { type Command, Option } from 'commander';
import { closest } from 'fastest-levenshtein';
import { writtenClauses } from '../analysis/index.ts';
import { harmlessJson, type PolicySet, parseAddress, parseHostPattern } from '../policy/index.ts';
import { type Grant, type ReachTarget, reachOf, whoReaches } from '../reach/index.ts';
import {
  type GrantOptions,
  isByName,
  type Narrowing,
  narrowGrants,
  possibleGrants,
  type RuleKnowledge,
  renderAddressReachers,
  renderReach,
  renderReachers,
  ruleKnowledge,
} from '../reach/report/index.ts';
import { compile, type RuleSet } from '../rules/index.ts';
import { paintFor, soundPolicies, terminalWidth } from '../terminal/index.ts';
import { instant } from './instant-option.ts';
import { portNumber } from './whole-number.ts';

const help = `
Tells what rules allow over the 366 days from --from, exactly: by the clause that allows it, with names, addresses, ports,
times and principals. A host means that the agent has learned it, with an equal SNI over TCP.

Examples:
  $ sallyport reach policies fraud-scorer
  $ sallyport reach policies fraud-scorer --at 2027-03-01T03:00:00Z
  $ sallyport reach policies --to ledger.bank.example.com --port 443
  $ sallyport reach policies --to 10.20.12.9 --json | jq -r '.agents[].agent'

Exit codes:
  0  the question was answered, whatever the answer is
  1  the policies have errors
  2  wrong usage, there is no such agent, or the folder cannot be read`;

interface Options extends Narrowing {
  readonly to?: string;
  readonly from?: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `sallyport reach DIR AGENT` and `sallyport reach DIR --to TARGET`: what can be touched, and by whom? */
export function registerReach(program: Command): void {
  program
    .command('reach')
    .summary('say what an agent can touch, or who can touch a target')
    .description(
      'Tells everything that the policies of a folder let an agent touch, or everyone whom they let touch a host or address.',
    )
    .argument('<dir>', 'the policy folder')
    .argument('[agent]', 'the agent whose reach is asked after')
    .option('--to <target>', 'a host name or an address: who can touch it?')
    .option('--at <time>', 'only what is allowed at this time', instant)
    .option('--port <number>', 'only what is allowed to this port', portNumber)
    .addOption(
      new Option('--protocol <name>', 'only what is allowed over it').choices([
        'tcp',
        'udp',
        'icmp',
      ]),
    )
    .option('--from <time>', 'from this day or time on (default: now, or --at)', instant)
    .option('--all', 'tell everything, however long it is')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText('after', help)
    .action(tellReach);
}

async function tellReach(dir: string, agent: string | undefined, options: Options): Promise<void> {
  const { to, at, json = false } = options;
  const from = options.from ?? at ?? Date.now();
  if ((agent === undefined) === (to === undefined)) {
    throw new Error(
      'name an agent to ask what it can touch, or a target with --to to ask who can touch it',
    );
  }
  if (at !== undefined && at < from)
    throw new Error('--at lies before --from: choose a later time');
  const loaded = await soundPolicies(dir, json, { quiet: true });
  if (!loaded) return;
  const ruleSet = loaded.ruleSet ?? compile(loaded.policySet);
  const rules = ruleKnowledge(ruleSet, ruleSet);
  const rendering = { ...renderingOf(loaded.policySet, dir, options), rules };
  const question = { ruleSet, from, options, rendering };
  process.stdout.write(
    agent === undefined ? reachersText(to ?? '', question) : reachText(agent, question),
  );
}

interface Question {
  readonly ruleSet: RuleSet;
  readonly from: number;
  readonly options: Options;
  readonly rendering: GrantOptions & { readonly rules: RuleKnowledge };
}

function reachText(agent: string, { ruleSet, from, options, rendering }: Question): string {
  const names = ruleSet.agents.map(({ name }) => name);
  if (!names.includes(agent)) {
    const hint = names.length > 0 ? `did you mean ${closest(agent, names)}?` : 'there are none';
    throw new Error(`there is no agent ${JSON.stringify(agent)}: ${hint}`);
  }
  const reach = reachOf(ruleSet, agent, { from });
  const possible = possibleGrants(agent, reach.grants, rendering.rules);
  const grants = narrowGrants(possible, options);
  if (!options.json) return renderReach({ ...reach, grants }, rendering);
  const { until } = reach;
  return document({ agent, ...spanJson(from, until), grants: grantsJson(grants, rendering) });
}

function reachersText(to: string, { ruleSet, from, options, rendering }: Question): string {
  const target = targetOf(to);
  const reachers = whoReaches(ruleSet, target, { from }).flatMap(({ agent, grants }) => {
    const left = narrowGrants(possibleGrants(agent, grants, rendering.rules), options);
    return left.length > 0 ? [{ agent, grants: left }] : [];
  });
  const isAddress = 'address' in target;
  if (!options.json) {
    return isAddress
      ? renderAddressReachers(to, reachers, rendering)
      : renderReachers(to, reachers, rendering);
  }
  const isDirect = ({ regions }: Grant) => regions.some((region) => !isByName(region));
  const agents = reachers.map(({ agent, grants }) => ({
    agent,
    ...(isAddress ? { direct: grants.some(isDirect) } : {}),
    grants: grantsJson(grants, rendering),
  }));
  return document({ to, from: new Date(from).toISOString(), agents });
}

function targetOf(text: string): ReachTarget {
  const address = parseAddress(text);
  if (address) return { address };
  const host = parseHostPattern(text);
  if (typeof host !== 'string' && host.match === 'exact') return { name: host.suffix };
  throw new Error(
    `${JSON.stringify(text)} is neither an address nor a host name: --to takes one of them, without port`,
  );
}

function grantsJson(grants: readonly Grant[], { placeText }: GrantOptions) {
  return grants.map((grant) => {
    const { clause } = grant.deciding;
    return { ...grant, place: clause === null ? null : (placeText(clause) ?? null) };
  });
}

function spanJson(from: number, until: number) {
  return { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
}

function document(value: object): string {
  return `${harmlessJson({ ok: true, ...value }, 2)}\n`;
}

function renderingOf(
  policySet: PolicySet,
  dir: string,
  { all = false }: Options,
): Omit<GrantOptions, 'rules'> {
  const places = new Map(
    writtenClauses(policySet).map(({ fullId, position: { file, line } }) => [
      fullId,
      `${path.join(dir, file)}:${line}`,
    ]),
  );
  return {
    paint: paintFor(process.stdout),
    width: terminalWidth(process.stdout),
    placeText: (clause) => places.get(clause),
    all,
  };
}
