import { show } from '../schema/index.ts';
import { keyPosition } from '../yaml/index.ts';
import type { Draft } from './draft.ts';

const namePath = ['metadata', 'name'];

/** Names are unique per kind (rule F4), and `Guardrail/builtin` is taken (rule K1). */
export function checkNames(drafts: readonly Draft[]): void {
  const first = new Map<string, string>();
  for (const { kind, reader } of drafts) {
    const name = nameOf(reader.document.value);
    if (kind === undefined || name === undefined) continue;
    const key = `${kind}/${name}`;
    if (key === 'Guardrail/builtin') {
      reader.fault(
        'reservedName',
        namePath,
        '`Guardrail/builtin` is built in',
        'give the guardrail another name; its clauses can lift the built-in denies',
      );
    }
    const taken = first.get(key);
    const { file, line } = keyPosition(reader.document, namePath);
    if (taken === undefined) first.set(key, `${file}:${line}`);
    else
      reader.fault(
        'duplicateName',
        namePath,
        `${show(key)} exists already at ${taken}`,
        'give one of them another name, or remove it',
      );
  }
}

function nameOf(document: unknown): string | undefined {
  const metadata = fieldOf(document, 'metadata');
  const name = fieldOf(metadata, 'name');
  return typeof name === 'string' ? name : undefined;
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[field]
    : undefined;
}
