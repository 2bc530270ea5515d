import type { Maps } from '../kernel/index.ts';
import { constants, type Decoded, type structs } from '../layout/index.ts';
import type { LoweredRoute } from '../lower/index.ts';
import type { ExpectedMap } from './expected-rules.ts';
import { NumberPool } from './number-pool.ts';

const { MAX_ROUTES, ROUTE_IPV4, ROUTE_IPV6 } = constants;

/** How packets take a way out. */
export interface Way {
  /** Firewall mark by which the routing of this machine knows it. */
  readonly mark: number;
  /** IP versions that it carries now; what it does not carry is refused. */
  readonly families: readonly (4 | 6)[];
}

/** Ways by the key of their route; what is not among them is not there. */
export type Ways = ReadonlyMap<string, Way>;

type Entry = Decoded<typeof structs.route>;
const nowhere: Entry = { mark: 0, families: 0 };

/** Ways out in the maps. Which of them are there may change without new rules. */
export class RouteStore {
  readonly #map: Maps['sp_routes'];
  readonly #numbers = new NumberPool('routes', 1, MAX_ROUTES);
  #ways: Ways = new Map();

  constructor(maps: Maps) {
    this.#map = maps.sp_routes;
  }

  /** Numbers that lists of an earlier process refer to are not given out. */
  adopt(numbers: Iterable<number>): void {
    for (const number of numbers) {
      if (number !== 0) this.#numbers.adopt(`inherited ${number}`, number);
    }
  }

  /** Numbers for all of these; those of others stay until {@link keepOnly}. @throws TableFullError */
  hold(routes: readonly LoweredRoute[], ways: Ways): void {
    for (const { key } of routes) {
      if (this.#numbers.find(key) !== undefined) continue;
      this.#map.set(this.#numbers.take(key), entryOf(ways.get(key)));
    }
    this.setWays(ways);
  }

  /** Of a route that is held. */
  number(key: string): number {
    const number = this.#numbers.find(key);
    if (number === undefined) throw new Error(`the route ${key} has no number`);
    return number;
  }

  /** Routes have come or gone: counts from each flow's next packet on. */
  setWays(ways: Ways): void {
    for (const [key, number] of this.#numbers.entries()) {
      const entry = entryOf(ways.get(key));
      const before = entryOf(this.#ways.get(key));
      if (entry.mark !== before.mark || entry.families !== before.families) {
        this.#map.set(number, entry);
      }
    }
    this.#ways = ways;
  }

  /** These are in force, and no packet reads any other. */
  keepOnly(routes: readonly LoweredRoute[]): void {
    const keys = new Set(routes.map(({ key }) => key));
    for (const [key, number] of [...this.#numbers.entries()]) {
      if (keys.has(key)) continue;
      this.#map.set(number, nowhere);
      this.#numbers.release(key);
    }
  }

  /** What the map must hold. */
  expected(): ExpectedMap {
    const entries = [...this.#numbers.entries()].map(
      ([key, number]) => [number, entryOf(this.#ways.get(key))] as const,
    );
    return { map: this.#map, entries };
  }
}

function entryOf(way: Way | undefined): Entry {
  if (!way) return nowhere;
  const bits = { 4: ROUTE_IPV4, 6: ROUTE_IPV6 } as const;
  return { mark: way.mark, families: way.families.reduce((sum, family) => sum | bits[family], 0) };
}
