import { DatabaseSync } from 'node:sqlite';
import type { ControlPlane } from './control-plane.ts';

/**
 * When the server took in a webhook delivery, by its own record: milliseconds of the wall clock.
 * @param id The X-GitHub-Delivery header.
 * @returns Undefined if it has none of that id.
 */
export function receivedAt({ serverState }: ControlPlane, id: string): number | undefined {
  const database = new DatabaseSync(`${serverState}/server.sqlite`, { readOnly: true });
  try {
    const row = database.prepare('SELECT received_at FROM deliveries WHERE id = ?').get(id);
    return row && Date.parse(String(row.received_at));
  } finally {
    database.close();
  }
}
