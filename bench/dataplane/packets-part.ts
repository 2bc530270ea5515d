import { allCells, type Cell, cellsNamed, defaultCells } from './cells.ts';
import type { Effort } from './measure-cell.ts';
import { measurePackets, type PacketResults } from './measure-packets.ts';
import { packetSection } from './packet-section.ts';
import type { DataPlanePart, Progress } from './part.ts';

export interface PacketOptions {
  readonly full: boolean;
  /** As in {@link cellsNamed}; none: the usual ones. */
  readonly cells: readonly string[];
  readonly rounds?: number;
}

const usual: Effort = { rounds: 11, frames: 4096 };
const thorough: Effort = { rounds: 25, frames: 4096 };

/** @throws Error for cells that there are not */
export function packetsPart({ full, cells, rounds }: PacketOptions): DataPlanePart<PacketResults> {
  const among = allCells();
  const chosen: Cell[] =
    cells.length > 0 ? cellsNamed(cells, among) : full ? among : defaultCells();
  const effort = full ? thorough : usual;
  return {
    name: 'packets',
    title: `what a packet costs beside other filters, ${chosen.length} cells`,
    needs: [],
    measure: (progress: Progress) =>
      measurePackets(chosen, { ...effort, rounds: rounds ?? effort.rounds }, progress),
    render: packetSection,
  };
}
