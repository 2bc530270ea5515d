import { dnsQuery, dnsResponse, questionPointer } from '../../../gateway/judge/index.ts';
import { type Address, formatAddress } from '../../../src/policy/index.ts';
import { askedAddress, type Question, questionTypeCode } from '../../../src/rules/index.ts';
import { addressRecord } from '../dns.ts';
import { opening, reply } from './frames.ts';
import type { Step } from './steps.ts';
import type { Expected, Known } from './verdicts.ts';
import type { World } from './world.ts';

/** A question that is none, or an answer to none. */
export const malformed: Expected = {
  passed: false,
  reason: 'dns-malformed',
  clause: null,
  noted: null,
};

/** A question to a resolver, or to what is none. */
export function ask(world: World, question: Question, src: Address, resolver: Address): void {
  const { model } = world;
  const flow: Known = model.known({ src, dst: resolver, protocol: 'udp', port: 53 });
  const verdict = model.judge(flow, 'none');
  const path = { srcPort: world.nextPort(), dstPort: 53 };
  const id = path.srcPort;
  const type = questionTypeCode(question.type) ?? 0;
  const frame = opening(flow, path, dnsQuery({ id, name: question.name, type }));
  const isFiltered = model.isFiltered(flow, verdict);
  const said = isFiltered ? model.ask(withNames(world, question)) : verdict;
  const outcome = said.passed ? world.paid(flow, 'none', verdict, frame) : said;
  world.shows({ ask: question, src, resolver }, frame, { isToAgent: false }, outcome);
  if (!outcome.passed) return;
  const questions = isFiltered ? [{ id, question, isOpen: true }] : [];
  world.remember(flow, path, { questions });
}

/** For the name of an address it matters by which names the agent knows it (rule N2). */
function withNames({ model }: World, question: Question): Question {
  if (question.type !== 'PTR') return { ...question, names: [] };
  const address = askedAddress(question.name);
  return { ...question, names: address ? model.namesOf(question.agent, address) : [] };
}

/** Whom an answer has taught which address. */
export interface Taught {
  readonly agent: string;
  readonly src: Address;
  readonly address: Address;
}

export function answer(
  world: World,
  { which, addresses, isRight, isLate }: Omit<Extract<Step, { kind: 'answer' }>, 'kind'>,
): Taught | undefined {
  const { model } = world;
  const asked = model.sessions.filter(({ questions }) =>
    questions.some(({ isOpen }) => isOpen || isLate),
  );
  const session = asked[which % Math.max(1, asked.length)];
  const [open] = session?.questions ?? [];
  if (!session || !open) return undefined;
  const { name, type: asWritten } = open.question;
  if (addresses.some((one) => model.isCrowded(session.agent, name, one))) return undefined;
  const type = questionTypeCode(asWritten) ?? 0;
  const records = addresses.map((one) => addressRecord(formatAddress(one), questionPointer));
  const id = isRight ? open.id : open.id ^ 1;
  const frame = reply(session, dnsResponse({ id, name, type }, records));
  const verdict = model.again(session);
  const isFiltered = verdict.passed && model.isFiltered(session.flow, verdict);
  const isHeeded = isRight && open.isOpen;
  if (isFiltered && !isHeeded) {
    world.shows({ answer: name, isRight }, frame, { isToAgent: true }, malformed);
    return undefined;
  }
  world.follows(session, frame, true, 'reply');
  if (!isFiltered) return undefined;
  open.isOpen = false;
  model.learn(session.agent, name, addresses);
  const [address] = addresses;
  return address && { agent: session.agent, src: session.flow.src, address };
}
