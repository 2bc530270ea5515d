import type { Cell } from './cells.ts';
import { type CellResult, type Effort, measureCell, type Station } from './measure-cell.ts';
import { type PeerKind, peerKinds } from './peers/index.ts';
import { missingPrograms } from './requirements.ts';
import { Scene } from './scene.ts';
import { Traffic } from './traffic.ts';
import { blocksOf } from './workload.ts';

export interface PacketResults {
  readonly cells: readonly CellResult[];
  /** Peers that this machine lacks the programs for. */
  readonly absent: readonly string[];
  /** ms until rules stood, by peer and number of rules. */
  readonly loading: readonly {
    readonly peer: string;
    readonly rules: number;
    readonly ms: number;
  }[];
  /** Frames that came through only after the call that sent them, of all. */
  readonly late: number;
  readonly frames: number;
}

/** Frames through one router after the other, all of them forwarding at the same time. */
export async function measurePackets(
  cells: readonly Cell[],
  effort: Effort,
  progress: (text: string) => void,
  kinds: readonly PeerKind[] = peerKinds,
): Promise<PacketResults> {
  const present = kinds.filter(({ needs }) => missingPrograms(needs).length === 0);
  const absent = kinds.filter((kind) => !present.includes(kind)).map(({ name }) => name);
  const scene = await Scene.open();
  const stations: Station[] = [];
  try {
    const traffic = new Traffic(scene.programs);
    const routers = await Promise.all(present.map((_, i) => scene.router(`router${i}`)));
    for (const [i, router] of routers.entries()) {
      const peer = await present[i]?.start(router);
      if (peer) stations.push({ peer, router });
    }
    const results: CellResult[] = [];
    const loading: PacketResults['loading'][number][] = [];
    for (const [rules, ofRules] of Map.groupBy(cells, (cell) => cell.rules)) {
      const blocks = blocksOf(rules);
      for (const { peer } of stations) {
        progress(`${rules} rules: loading, ${peer.name}`);
        const started = performance.now();
        await peer.setRules({ blocks });
        loading.push({ peer: peer.name, rules, ms: performance.now() - started });
      }
      for (const cell of ofRules) {
        progress(`${rules} rules: ${cell.kind}, ${cell.flows} flows`);
        results.push(await measureCell(cell, stations, traffic, blocks, effort));
      }
    }
    const frames = results.reduce((sum, cell) => sum + cell.frames, 0);
    return { cells: results, absent, loading, late: traffic.late, frames };
  } finally {
    for (const { peer } of stations) await peer.close();
    scene.close();
  }
}
