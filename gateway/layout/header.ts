import { reasons } from '../../src/rules/index.ts';
import { constants } from './constants.ts';
import type { AnyStruct, FieldType } from './struct.ts';
import * as structs from './structs.ts';

/** The C header that the eBPF programs include: constants, reasons and structs. */
export function renderHeader(): string {
  return [
    '/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */',
    '/* Generated from gateway/layout and src/rules/reasons.ts: do not edit. */',
    '#ifndef SP_LAYOUT_H',
    '#define SP_LAYOUT_H',
    '',
    ...Object.entries(constants).map(([name, value]) => `#define SP_${name} ${value}`),
    '',
    'enum sp_reason {',
    ...reasons.map(
      ({ name }, code) => `\tSP_REASON_${name.toUpperCase().replaceAll('-', '_')} = ${code},`,
    ),
    `\tSP_REASONS = ${reasons.length},`,
    '};',
    '',
    ...allStructs().map(renderStruct),
    ...renderRefusals(),
    '#endif',
    '',
  ].join('\n');
}

/** What an agent's developer reads of a refused question (RFC 8914, EXTRA-TEXT), between the agent's name and `)`. */
function renderRefusals(): string[] {
  const texts = reasons.map((reason) =>
    'refusal' in reason ? `${reason.refusal} (${reason.name}` : '',
  );
  const room = Math.max(...texts.map(({ length }) => length)) + 1;
  return [
    'static const struct {',
    `\tchar text[${room}];`,
    '\t__u32 length;',
    '} sp_refusals[] = {',
    ...texts.map((text) => `\t{ "${text}", ${text.length} },`),
    '};',
    '',
  ];
}

/** Every struct, each after those that it contains. */
export function allStructs(): AnyStruct[] {
  const ordered = new Set<AnyStruct>();
  const add = (struct: AnyStruct) => {
    for (const { type } of struct.fields) {
      if (typeof type === 'object' && typeof type.of === 'object') add(type.of);
    }
    ordered.add(struct);
  };
  // By name: the order of a module's exports differs between loaders.
  const byName = Object.values(structs).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const struct of byName) add(struct);
  return [...ordered];
}

function renderStruct(struct: AnyStruct): string {
  const fields = struct.fields.map(({ name, type }) => `\t${renderField(name, type)};`);
  return [
    `struct ${struct.name} {`,
    ...fields,
    '};',
    `_Static_assert(sizeof(struct ${struct.name}) == ${struct.size}, "${struct.name}");`,
    '',
  ].join('\n');
}

function renderField(name: string, type: FieldType): string {
  if (type === 'timer') return `struct bpf_timer ${name}`;
  if (type === 'lock') return `struct bpf_spin_lock ${name}`;
  if (typeof type === 'string') return `__${type} ${name}`;
  const of = typeof type.of === 'string' ? `__${type.of}` : `struct ${type.of.name}`;
  return `${of} ${name}[${type.count}]`;
}
