import { openDatabase } from './database.ts';
import { Publications } from './publications.ts';
import { Reports } from './reports.ts';
import { Reviews } from './reviews.ts';
import { WorkLog } from './work-log.ts';

/** All that the server remembers. */
export interface State {
  readonly work: WorkLog;
  readonly reviews: Reviews;
  readonly publications: Publications;
  readonly reports: Reports;
  close(): void;
}

/** @throws {Error} if the folder or the database in it cannot be used. */
export function openState(folder: string): State {
  const database = openDatabase(folder);
  return {
    work: new WorkLog(database),
    reviews: new Reviews(database),
    publications: new Publications(database),
    reports: new Reports(database),
    close: () => database.close(),
  };
}
