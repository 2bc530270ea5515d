import { parseByteAmount } from '../byte-amount.ts';
import type { Budget } from '../policy-set.ts';
import type { Path } from '../yaml/index.ts';
import type { RawBudget } from './raw-document.ts';
import type { Reader } from './reader.ts';

/** What a token counts for where a budget does not say. */
const defaultBytesPerToken = 4;

/** The budgets of an agent by name, in bytes (rule K6). */
export function readBudgets(
  reader: Reader,
  path: Path,
  budgets: Readonly<Record<string, RawBudget>> = {},
): Record<string, Budget> {
  return Object.fromEntries(
    Object.entries(budgets).map(([name, budget]) => [
      name,
      readBudget(reader, [...path, name], budget),
    ]),
  );
}

function readBudget(
  reader: Reader,
  path: Path,
  { per, bytes, tokens, bytesPerToken = defaultBytesPerToken }: RawBudget,
): Budget {
  if (tokens !== undefined) {
    const total = tokens * bytesPerToken;
    checkSize(reader, [...path, 'tokens'], total);
    return { per, bytes: total, tokens: { count: tokens, bytesPerToken } };
  }
  const amount = typeof bytes === 'number' ? bytes : (parseByteAmount(bytes ?? '') ?? 0);
  checkSize(reader, [...path, 'bytes'], amount);
  return { per, bytes: amount };
}

function checkSize(reader: Reader, path: Path, bytes: number): void {
  if (Number.isSafeInteger(bytes)) return;
  reader.fault(
    'budgetSize',
    path,
    'the budget comes to more than 8 PiB, which no gateway counts exactly',
    'write a smaller amount, or remove the budget',
  );
}
