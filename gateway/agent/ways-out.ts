import { createHash } from 'node:crypto';
import { parseAddress } from '../../src/policy/index.ts';
import type { Maps } from '../kernel/index.ts';
import type { LoweredRoute } from '../lower/index.ts';
import type { Way, Ways } from '../tables/index.ts';
import { changeRouting, type Family, families, Routing } from './routing.ts';

/** Our marks, and the tables of the same numbers, are 0x53000000 to 0x53ffffff. */
const FIRST_MARK = 0x5300_0000;
const MARKS = 0x0100_0000;
/** Of the rules that lead to our tables: before the main one. */
const PRIORITY = '5300';
/** The last route of each table: what finds no other goes nowhere, also when no process lives. */
const LAST = ['unreachable', 'default', 'metric', '4294967295'];

type ByInterface = { readonly interface: string; readonly nextHop?: string };

/**
 * Ways out by interface, as the routing of this machine knows them: a table for each, which a firewall mark picks. So
 * NAT, MTU, TTL and the machine's own filters apply to them as to everything that it forwards.
 */
export class WaysOut {
  readonly #gateway: string;
  /** Marks whose rules and tables may be there. */
  #made: Set<number>;

  /**
   * @param gateway name, so that several on one machine do not meet
   * @param made marks that an earlier process has made
   */
  constructor(gateway: string, made: Iterable<number>) {
    this.#gateway = gateway;
    this.#made = new Set(made);
  }

  /** Sets up what is missing. A way whose interface or next hop is not there carries nothing. @throws Error where `ip` fails */
  async keep(routes: readonly LoweredRoute[]): Promise<Ways> {
    const ways = new Map<string, Way>();
    let routing: Routing | undefined;
    for (const { key, rules } of routes) {
      if (!rules) continue;
      if ('mark' in rules) {
        ways.set(key, { mark: rules.mark, families });
      } else {
        routing ??= await Routing.read();
        ways.set(key, await this.#open(routing, this.#markOf(key), rules));
      }
    }
    return ways;
  }

  /** Removes what no way in force needs, once no packet takes it any more. */
  async removeOthers(ways: Ways): Promise<void> {
    const needed = new Set([...ways.values()].map(({ mark }) => mark));
    const others = [...this.#made].filter((mark) => !needed.has(mark));
    if (others.length === 0) return;
    await removeWays(others);
    this.#made = new Set([...this.#made].filter((mark) => needed.has(mark)));
  }

  #markOf(key: string): number {
    const hash = createHash('sha256').update(`${this.#gateway}\0${key}`).digest();
    return FIRST_MARK + hash.readUIntBE(0, 3);
  }

  async #open(routing: Routing, mark: number, rules: ByInterface): Promise<Way> {
    this.#made.add(mark);
    const carried: Family[] = [];
    for (const family of families) {
      await lead(routing, family, mark);
      if (await isOpen(routing, { family, mark }, rules)) carried.push(family);
    }
    return { mark, families: carried };
  }
}

/** The closed end first: a rule whose table is empty would let packets go on to the next. */
async function lead(routing: Routing, family: Family, mark: number): Promise<void> {
  const table = String(mark);
  if (!routing.hasLast(family, table)) {
    await changeRouting(family, ['route', 'replace', ...LAST, 'table', table]);
  }
  if (!routing.hasRule(family, mark)) {
    const rule = ['fwmark', table, 'lookup', table, 'priority', PRIORITY];
    await changeRouting(family, ['rule', 'add', ...rule]);
  }
}

/** Whether the table leads out now; makes it, if it can. */
async function isOpen(
  routing: Routing,
  { family, mark }: { readonly family: Family; readonly mark: number },
  { interface: link, nextHop }: ByInterface,
): Promise<boolean> {
  if (nextHop !== undefined && parseAddress(nextHop)?.family !== family) return false;
  const via = nextHop ?? routing.mainHop(family, link);
  const table = String(mark);
  if (routing.leads(family, table, { link, via })) return true;
  const way = ['default', ...(via === undefined ? [] : ['via', via]), 'dev', link];
  return changeRouting(family, ['route', 'replace', ...way, 'table', table]).then(
    () => true,
    () => false,
  );
}

/** Marks of ways that a gateway has made, as its maps know them. */
export function madeMarks({ sp_routes }: Pick<Maps, 'sp_routes'>): number[] {
  return [...sp_routes.entries()]
    .map(([, { mark }]) => mark)
    .filter((mark) => mark >= FIRST_MARK && mark < FIRST_MARK + MARKS);
}

/** Takes rules and tables of these marks out of the machine's routing, as far as they are there. */
export async function removeWays(marks: Iterable<number>): Promise<void> {
  for (const mark of marks) {
    const table = String(mark);
    for (const family of families) {
      for (const command of [
        ['rule', 'del', 'fwmark', table, 'lookup', table, 'priority', PRIORITY],
        // By name: a flush leaves it where it is IPv6.
        ['route', 'del', ...LAST, 'table', table],
        ['route', 'flush', 'table', table],
      ]) {
        await changeRouting(family, command).catch(() => undefined);
      }
    }
  }
}
