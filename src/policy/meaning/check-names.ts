import { show } from '../schema/index.ts';
import type { Draft } from './draft.ts';
import type { Findings } from './findings.ts';

/** Names are unique per kind (rule F4), and `Guardrail/builtin` is taken (rule K1). */
export function checkNames(drafts: readonly Draft[], findings: Findings): void {
  const first = new Map<string, string>();
  for (const draft of drafts) {
    const { kind, name } = draft;
    if (kind === undefined || name === undefined) continue;
    const key = `${kind}/${name.text}`;
    if (key === 'Guardrail/builtin') {
      findings.report(draft, 'reservedName', name.position, {
        message: '`Guardrail/builtin` is built in',
        remedy: 'give the guardrail another name; its clauses can lift the built-in denies',
      });
    }
    const taken = first.get(key);
    const { file, line } = name.position;
    if (taken === undefined) first.set(key, `${file}:${line}`);
    else
      findings.report(draft, 'duplicateName', name.position, {
        message: `${show(key)} exists already at ${taken}`,
        remedy: 'give one of them another name, or remove it',
      });
  }
}
