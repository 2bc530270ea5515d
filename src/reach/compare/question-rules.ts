import type { Clause } from '../../rules/index.ts';
import { type Party, type Rule, remarkIn, rule } from '../model/index.ts';
import type { Deciding } from '../reach-diff.ts';
import { type Box, interval, overlaps } from '../sets/index.ts';
import { longestNames, type QuestionGround, textTypes } from './question-ground.ts';

/**
 * What decides on a DNS question, in order (rule N2). The clause that admits a name is told, though the evaluator names
 * none: several may.
 */
export function questionRules(ground: QuestionGround, party: Party | undefined): Rule[] {
  const boxes = [ground.everything];
  if (!party || party.agent.remote) {
    const deciding = { decision: 'deny', reason: 'unknown-workload', clause: null } as const;
    return [rule({ key: 'unknown-workload', deciding, boxes, isDefault: true })];
  }
  const { agent, enforcing } = party;
  const refuse = (reason: Deciding['reason'], clause: string | null) =>
    remarkIn(agent.mode, { decision: 'deny', reason, clause });
  const limits = longestNames(party);
  const denies = (clauses: readonly Clause[], key: string, deciding: (id: string) => Deciding) =>
    clauses.flatMap((clause) => refusal(ground, clause, key, deciding(clause.id)));
  return [
    typeRule(ground, party),
    lengthRule(ground, limits.guardrails, 'guardrails', deny('dns-length', null)),
    ...enforcing.flatMap((one) => denies(one.deny, 'guardrail', (id) => deny('denied', id))),
    lengthRule(ground, limits.policy, agent.mode, refuse('dns-length', null)),
    ...denies(agent.deny, agent.mode, (id) => refuse('denied', id)),
    ...[...enforcing, agent].flatMap(({ allow }) => allow.flatMap((one) => admission(ground, one))),
    rule({
      key: `${agent.mode} default`,
      deciding: refuse('dns-name', null),
      boxes,
      isDefault: true,
    }),
  ].filter((one) => one.boxes.length > 0);
}

function deny(reason: Deciding['reason'], clause: string | null): Deciding {
  return { decision: 'deny', reason, clause };
}

/** TXT and MX only for names that an allow spells out; refused in audit too. */
function typeRule(ground: QuestionGround, { agent, enforcing }: Party): Rule {
  const spelt = [agent, ...enforcing].flatMap(({ allow }) => allow.filter(isExact));
  return rule({
    key: 'types',
    deciding: deny('dns-type', null),
    boxes: [{ ...ground.everything, traffic: textTypes }],
    unless: spelt.flatMap((clause) => admittedBoxes(ground, clause)),
  });
}

function isExact({ to }: Clause): boolean {
  return to.kind === 'host' && to.host.match === 'exact';
}

function lengthRule(ground: QuestionGround, limit: number, who: string, deciding: Deciding): Rule {
  const { lengths, everything } = ground;
  const within = lengths.filter((length) => length <= limit).length;
  const peer = interval(within, lengths.length);
  const boxes = peer.length > 0 ? [{ ...everything, peer }] : [];
  return rule({ key: `${who} length ${limit}`, deciding, boxes });
}

/** Only a deny of the whole host at all times and for everybody: any other leaves something to be reached. */
function refusal(
  { atoms, everything }: QuestionGround,
  { to, protocol, during, expires, onBehalfOf }: Clause,
  key: string,
  deciding: Deciding,
): Rule[] {
  if (to.kind !== 'host' || protocol !== 'any' || during || expires || onBehalfOf) return [];
  const boxes = [{ ...everything, sni: atoms.names.pattern(to.host) }];
  return [rule({ key: `${key} deny ${to.host.match} ${to.host.suffix}`, deciding, boxes })];
}

function admission(ground: QuestionGround, clause: Clause): Rule[] {
  const boxes = admittedBoxes(ground, clause);
  const { to, expires = '' } = clause;
  const what = to.kind === 'host' ? `${to.host.match} ${to.host.suffix}` : to.kind;
  if (boxes.length === 0) return [];
  const deciding: Deciding = { decision: 'allow', reason: 'allowed', clause: clause.id };
  return [rule({ key: `allow ${what} ${expires}`, deciding, boxes, isExemption: isExact(clause) })];
}

function admittedBoxes({ atoms, everything }: QuestionGround, { to, expires }: Clause): Box[] {
  if (to.kind !== 'host' && to.kind !== 'any') return [];
  const time = expires === undefined ? everything.time : atoms.times.until(expires);
  const sni = to.kind === 'any' ? everything.sni : atoms.names.pattern(to.host);
  return overlaps(time, everything.time) ? [{ ...everything, sni, time }] : [];
}
