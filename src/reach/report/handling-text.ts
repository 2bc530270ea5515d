import type { HandlingChange } from '../index.ts';

/** `via of AgentPolicy/a#crm: eu-egress → none`. */
export function handlingText({ what, clause, before, after }: HandlingChange): string {
  const subject = clause === null ? what : `${what} of ${clause}`;
  return `${subject}: ${before ?? 'none'} → ${after ?? 'none'}`;
}

/** `{app: invoice, tier: gold}`. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([key, value]) => `${key}: ${value}`);
  return parts.length === 0 ? 'none' : `{${parts.join(', ')}}`;
}
