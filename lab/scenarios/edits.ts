/** A change to one file of a policy folder. */
export interface PolicyEdit {
  readonly file: string;
  /** Texts that occur exactly once each, and what takes their place. */
  readonly replace: readonly (readonly [old: string, next: string])[];
}

/** @throws {Error} when a text to replace is not there exactly once. */
export function applyEdit(text: string, { file, replace }: PolicyEdit): string {
  return replace.reduce((edited, [old, next]) => {
    if (edited.split(old).length !== 2) throw new Error(`${file} does not hold once: ${old}`);
    return edited.replace(old, () => next);
  }, text);
}

/** Lets the research assistant query the ledger over IPv4. */
export const grantLedger: PolicyEdit = {
  file: 'research-assistant.yaml',
  replace: [
    ['version: 1.0.0', 'version: 1.1.0'],
    [
      '  allow:\n',
      '  allow:\n    ledger-read:\n      to: {cidr: 10.20.0.32/32}\n      protocol: tcp\n      ports: [5432]\n',
    ],
  ],
};

const freeze =
  '    - id: ledger-frozen\n      to: {cidr: 10.20.0.32/32}\n    - id: ledger-frozen-ipv6\n      to: {cidr: "fd00:20::32/128"}\n';

/** Closes the ledger to the invoice processor, above what its policy allows. */
export const freezeLedger: PolicyEdit = {
  file: 'invoice-processor.yaml',
  replace: [
    ['version: 1.0.0', 'version: 2.0.0'],
    ['  deny:\n', `  deny:\n${freeze}`],
  ],
};

/** Takes that back. */
export const thawLedger: PolicyEdit = {
  file: 'invoice-processor.yaml',
  replace: [
    ['version: 2.0.0', 'version: 2.1.0'],
    [freeze, ''],
  ],
};

/** A slip of the keyboard: a port that does not exist. */
export const brokenEdit: PolicyEdit = {
  file: 'invoice-processor.yaml',
  replace: [['ports: [443]', 'ports: [443443]']],
};
