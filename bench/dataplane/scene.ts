import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { type LoadedFile, loadFile, objectPath } from '../../gateway/kernel/index.ts';
import { addNamespace, command, enableForwarding, inNamespace } from '../../lab/net/index.ts';

/** A machine that forwards between two links; what stands on it decides which packets it forwards. */
export interface Router {
  readonly namespace: string;
  /** Where agents are, and where they want to go. */
  readonly inside: Port;
  readonly outside: Port;
}

export interface Port {
  readonly name: string;
  readonly ifindex: number;
  readonly mac: Buffer;
}

const prefix = `spbench${process.pid}`;
const pinFolder = `/sys/fs/bpf/${prefix}`;

/** Namespaces of this run: routers side by side, and one in which all their links end. */
export class Scene {
  /** Generator and end of the way: gateway/bpf/traffic.bpf.c. */
  readonly programs: LoadedFile;
  readonly #namespaces: string[] = [];
  readonly #ends = `${prefix}-ends`;
  readonly #onExit = () => this.close();

  private constructor() {
    this.programs = loadFile(objectPath('traffic'));
    process.once('exit', this.#onExit);
  }

  static async open(): Promise<Scene> {
    const scene = new Scene();
    try {
      mkdirSync(pinFolder, { mode: 0o700 });
      for (const name of ['sp_pass', 'sp_arrive']) {
        scene.programs.pinProgram(name, `${pinFolder}/${name}`);
      }
      await scene.namespace('ends');
      return scene;
    } catch (error) {
      scene.close();
      throw error;
    }
  }

  /** A namespace that goes with the scene. @returns its name */
  async namespace(name: string): Promise<string> {
    const full = `${prefix}-${name}`;
    this.#namespaces.push(full);
    await addNamespace(full);
    return full;
  }

  /** A router whose links lead to where frames are counted and dropped. */
  async router(name: string): Promise<Router> {
    const namespace = await this.namespace(name);
    const ends = linkSides.map((side) => `${name.slice(0, 12)}-${side.slice(0, 2)}`);
    await ipBatch(
      namespace,
      linkSides.flatMap((side, i) => linkLines(side, `${ends[i]} netns ${this.#ends}`)),
    );
    await ipBatch(
      this.#ends,
      ends.map((end) => `link set ${end} up`),
    );
    const filter = `bpf direct-action object-pinned ${pinFolder}/sp_arrive`;
    const lines = ends.flatMap((end) => [
      `qdisc add dev ${end} clsact`,
      `filter add dev ${end} ingress ${filter}`,
    ]);
    await runIn(this.#ends, ['tc', '-batch', '-'], lines);
    await enableForwarding(namespace);
    const [inside, outside] = await portsOf(namespace);
    return { namespace, inside, outside };
  }

  /** Also at the end of the process, however it ends in order: nothing here waits. */
  close(): void {
    process.removeListener('exit', this.#onExit);
    for (const namespace of this.#namespaces.splice(0).reverse()) {
      spawnSync('ip', ['netns', 'delete', namespace]);
    }
    rmSync(pinFolder, { recursive: true, force: true });
    this.programs.close();
  }
}

const sides = {
  inside: { own: '10.200.0.1', next: '10.200.0.2', route: '10.8.0.0/16' },
  outside: { own: '10.201.0.1', next: '10.201.0.2', route: 'default' },
} as const;
const linkSides = ['inside', 'outside'] as const;

/** The receive queue of a link knows XDP only while a program is there. */
function linkLines(side: keyof typeof sides, peer: string): string[] {
  const { own, next, route } = sides[side];
  return [
    'link set lo up',
    `link add ${side} type veth peer name ${peer}`,
    `link set ${side} up xdp pinned ${pinFolder}/sp_pass`,
    `address add ${own}/30 dev ${side}`,
    `neigh add ${next} lladdr 02:00:00:00:00:99 dev ${side} nud permanent`,
    `route add ${route} via ${next} dev ${side}`,
  ];
}

export function ipBatch(namespace: string, lines: readonly string[]): Promise<string> {
  return runIn(namespace, ['ip', '-batch', '-'], lines);
}

/** @returns what the command printed */
export function runIn(
  namespace: string,
  commandLine: readonly string[],
  lines: readonly string[] = [],
): Promise<string> {
  const [file, ...args] = inNamespace(namespace, commandLine);
  return command(file, args, { input: lines.map((line) => `${line}\n`).join('') });
}

async function portsOf(namespace: string): Promise<[inside: Port, outside: Port]> {
  const text = await runIn(namespace, ['ip', '-json', 'link', 'show', 'type', 'veth']);
  const links = JSON.parse(text) as { ifname: string; ifindex: number; address: string }[];
  const port = (name: string): Port => {
    const link = links.find(({ ifname }) => ifname === name);
    if (!link) throw new Error(`no link ${name}`);
    const mac = Buffer.from(link.address.replaceAll(':', ''), 'hex');
    return { name, ifindex: link.ifindex, mac };
  };
  return [port('inside'), port('outside')];
}
