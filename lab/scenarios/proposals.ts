import { brokenEdit, freezeLedger, grantLedger, type PolicyEdit, thawLedger } from './edits.ts';

/** A pull request to the policy repository. */
export interface Proposal {
  readonly title: string;
  readonly branch: string;
  readonly by: string;
  readonly edits: readonly PolicyEdit[];
}

/** With a mistake in it. */
export const slip: Proposal = {
  title: 'Bill over another port',
  branch: 'billing-port',
  by: 'frida',
  edits: [brokenEdit],
};

/** Takes from one agent what it uses, and gives another what it has tried to get. */
export const ledgerAccess: Proposal = {
  title: 'Freeze the ledger for bookings, open it for research',
  branch: 'ledger-access',
  by: 'rami',
  edits: [freezeLedger, grantLedger],
};

/** Takes the freeze back. */
export const thaw: Proposal = {
  title: 'Bookings again',
  branch: 'bookings-again',
  by: 'frida',
  edits: [thawLedger],
};
