import { DatabaseSync } from 'node:sqlite';
import { waitFor } from '../net/index.ts';
import type { ControlPlane } from './control-plane.ts';

const patience = 10_000;

/**
 * When the server first heard of a merge, by its own record: milliseconds of the wall clock. GitHub tells of it twice, of
 * the pull request and of the push, and either may come first.
 * @param before How many deliveries there had been before the merge.
 */
export async function mergeReceivedAt(
  { github, serverState }: ControlPlane,
  before: number,
  signal?: AbortSignal,
): Promise<number> {
  const look = async () => {
    const told = (await github.deliveries())
      .slice(before)
      .filter(({ event, action }) => event === 'push' || action === 'closed');
    const moments = told.flatMap(({ guid }) => receivedAt(serverState, guid) ?? []);
    return moments.length >= 2 && Math.min(...moments);
  };
  return waitFor('the webhooks of the merge', look, { deadline: patience, signal });
}

/** @param id The X-GitHub-Delivery header. */
function receivedAt(serverState: string, id: string): number | undefined {
  const database = new DatabaseSync(`${serverState}/server.sqlite`, { readOnly: true });
  try {
    const row = database.prepare('SELECT received_at FROM deliveries WHERE id = ?').get(id);
    return row && Date.parse(String(row.received_at));
  } finally {
    database.close();
  }
}
