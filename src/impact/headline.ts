import { countOf } from './phrase.ts';
import type { Simulation } from './simulation.ts';

/** The verdict in one line. */
export interface Headline {
  /** `breaks`: flows would be denied; `changes`: others change; `quiet`: no recorded flow does; `none`: nothing does. */
  readonly level: 'breaks' | 'changes' | 'quiet' | 'none';
  readonly text: string;
}

export function headlineOf({ flows, counts }: Simulation, rulesChange: boolean): Headline {
  const { newlyDenied, newlyAllowed, newlyWouldDeny, noLongerWouldDeny, undetermined } = counts;
  const parts = [
    part(newlyDenied, 'newly denied'),
    part(newlyAllowed, 'newly allowed'),
    part(newlyWouldDeny, 'newly reported by audit'),
    part(noLongerWouldDeny, 'no longer reported by audit'),
    part(undetermined, 'undetermined'),
  ].filter((text) => text !== '');
  if (parts.length > 0) {
    const text = `${parts.join(', ')} of ${countOf(flows, 'recorded flow')}`;
    return { level: newlyDenied > 0 ? 'breaks' : 'changes', text };
  }
  if (!rulesChange) return { level: 'none', text: 'No decision changes' };
  const text =
    flows > 0
      ? `Rules change; none of ${countOf(flows, 'recorded flow')} does`
      : 'Rules change; there is no recorded traffic to compare';
  return { level: 'quiet', text };
}

function part(number: number, words: string): string {
  return number > 0 ? `${number.toLocaleString('en-US')} ${words}` : '';
}
