import { checked, KernelError } from './kernel-error.ts';
import { libbpf } from './libbpf.ts';
import { objectId } from './program-info.ts';
import type { ProgramObject } from './program-object.ts';

/** enum bpf_tc_attach_point, libbpf.h. */
const points = { sp_from_agent: 1, sp_to_agent: 2 } as const;
type Program = keyof typeof points;

const REPLACE = 1;
const EEXIST = 17;
const ENODEV = 19;
/** First among the filters of the interface: what is refused here, no later filter sees. */
const PRIORITY = 1;

/** Filters of one gateway on interfaces, told from other filters by their handle. */
export class Attachment {
  readonly #handle: number;

  constructor(name: string) {
    this.#handle = handleOf(name);
  }

  /** Puts the programs on the interface, in place of an earlier version of ours, without a moment between. */
  attach(ifindex: number, programs: ProgramObject['programs']): void {
    const created = libbpf().hookCreate(hook(ifindex, 3));
    if (created < 0 && created !== -EEXIST) this.#explain(ifindex, created);
    for (const program of Object.keys(points) as Program[]) {
      const options = this.#options({ prog_fd: programs[program], flags: REPLACE });
      const result = libbpf().attach(hook(ifindex, points[program]), options);
      if (result < 0) this.#explain(ifindex, result);
    }
  }

  /** Which of the two programs are in place. */
  find(ifindex: number): Program[] {
    return (Object.keys(points) as Program[]).filter(
      (program) => libbpf().query(hook(ifindex, points[program]), this.#options()) === 0,
    );
  }

  /** Whether these very programs are in place, and not others under our name. */
  holds(ifindex: number, programs: ProgramObject['programs']): boolean {
    return (Object.keys(points) as Program[]).every((program) => {
      const options = this.#options();
      const result = libbpf().query(hook(ifindex, points[program]), options);
      return result === 0 && options.prog_id === objectId(programs[program]);
    });
  }

  detach(ifindex: number): void {
    for (const program of this.find(ifindex)) {
      const result = libbpf().detach(hook(ifindex, points[program]), this.#options());
      checked(`detaching from interface ${ifindex}`, result);
    }
  }

  #options(more: object = {}) {
    return {
      sz: libbpf().sizeof('bpf_tc_opts'),
      prog_fd: 0,
      flags: 0,
      prog_id: 0,
      handle: this.#handle,
      priority: PRIORITY,
      ...more,
    };
  }

  #explain(ifindex: number, result: number): never {
    if (result === -ENODEV) {
      throw new KernelError('no-interface', `Interface number ${ifindex} is gone.`);
    }
    checked(`attaching to interface number ${ifindex}`, result);
    throw new Error('unreachable');
  }
}

function hook(ifindex: number, attachPoint: number) {
  const sz = libbpf().sizeof('bpf_tc_hook');
  return { sz, ifindex, attach_point: attachPoint, parent: 0 };
}

/** The same number for the same name: 1 to 65535. */
function handleOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return (hash % 0xfffe) + 1;
}
