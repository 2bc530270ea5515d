import { execa } from 'execa';

export const families = [4, 6] as const;
export type Family = (typeof families)[number];

/** How long `ip` may take: what waits for it are new rules too. */
const IP_MS = 10_000;

interface RuleRow {
  /** Hexadecimal, `0x10` */
  readonly fwmark?: string;
}

interface RouteRow {
  readonly dst: string;
  readonly type?: string;
  readonly gateway?: string;
  readonly dev?: string;
  /** A number as text, or a name; absent for the main one. */
  readonly table?: string;
  readonly flags?: readonly string[];
}

/** Rules and default routes of this network namespace, as they were when they were read. */
export class Routing {
  readonly #rules: Readonly<Record<Family, readonly RuleRow[]>>;
  readonly #defaults: Readonly<Record<Family, readonly RouteRow[]>>;

  private constructor(rules: Record<Family, RuleRow[]>, defaults: Record<Family, RouteRow[]>) {
    this.#rules = rules;
    this.#defaults = defaults;
  }

  /** @throws Error where `ip` fails */
  static async read(): Promise<Routing> {
    const [rules4, rules6, routes4, routes6] = await Promise.all([
      ip<RuleRow>(4, ['rule', 'show']),
      ip<RuleRow>(6, ['rule', 'show']),
      ip<RouteRow>(4, ['route', 'show', 'table', 'all', 'default']),
      ip<RouteRow>(6, ['route', 'show', 'table', 'all', 'default']),
    ]);
    return new Routing({ 4: rules4, 6: rules6 }, { 4: routes4, 6: routes6 });
  }

  hasRule(family: Family, mark: number): boolean {
    return this.#rules[family].some(
      ({ fwmark }) => fwmark !== undefined && Number(fwmark) === mark,
    );
  }

  /** Whether a table ends in a route to nowhere. */
  hasLast(family: Family, table: string): boolean {
    return this.#of(family, table).some(({ type }) => type === 'unreachable');
  }

  /** Whether a table leads out by an interface and next hop. */
  leads(
    family: Family,
    table: string,
    { link, via }: { readonly link: string; readonly via: string | undefined },
  ): boolean {
    return this.#of(family, table).some(
      ({ dev, gateway, flags = [] }) => dev === link && gateway === via && !flags.includes('dead'),
    );
  }

  /** The next hop of the machine's own default route through an interface. */
  mainHop(family: Family, link: string): string | undefined {
    return this.#defaults[family].find(({ table, dev }) => table === undefined && dev === link)
      ?.gateway;
  }

  #of(family: Family, table: string): RouteRow[] {
    return this.#defaults[family].filter((row) => row.table === table);
  }
}

/** @throws Error with what `ip` says */
export async function changeRouting(family: Family, args: readonly string[]): Promise<void> {
  await execa('ip', [`-${family}`, ...args], { timeout: IP_MS });
}

async function ip<Row>(family: Family, args: readonly string[]): Promise<Row[]> {
  const { stdout } = await execa('ip', ['-json', `-${family}`, ...args], { timeout: IP_MS });
  return stdout.trim() === '' ? [] : (JSON.parse(stdout) as Row[]);
}
