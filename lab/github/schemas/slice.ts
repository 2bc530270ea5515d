interface Description {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly license: unknown };
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Keywords that say nothing about what is valid. */
const prose = new Set([
  'summary',
  'description',
  'example',
  'examples',
  'externalDocs',
  'tags',
  'operationId',
  'title',
  'x-github',
  'x-octokit',
  'x-github-breaking-changes',
  'deprecated',
]);

/** Under these, keys are names that GitHub chose, never keywords. */
const namespaces = new Set(['properties', 'patternProperties', 'paths', 'webhooks', 'responses']);

function withoutProse(value: unknown, keysAreNames: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutProse(item, false));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => keysAreNames || !prose.has(key))
      .map(([key, inner]) => [key, withoutProse(inner, !keysAreNames && namespaces.has(key))]),
  );
}

function* references(value: unknown): Iterable<string> {
  if (typeof value !== 'object' || value === null) return;
  if ('$ref' in value && typeof value.$ref === 'string') yield value.$ref;
  for (const inner of Object.values(value)) yield* references(inner);
}

/** The given parts of an OpenAPI description with all that they refer to, verbatim but for prose. */
export function slice(whole: Description, parts: Readonly<Record<string, unknown>>): unknown {
  const kept = Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, withoutProse(part, namespaces.has(name))]),
  );
  const components: Record<string, Record<string, unknown>> = {};
  const pending = [...references(kept)];
  for (let reference = pending.pop(); reference !== undefined; reference = pending.pop()) {
    const [, , kind = '', name = ''] = reference.split('/');
    components[kind] ??= {};
    if (name in components[kind]) continue;
    const component = withoutProse(whole.components[kind]?.[name], false);
    if (component === undefined) throw new Error(`${reference}: not in the description`);
    components[kind][name] = component;
    pending.push(...references(component));
  }
  const { title, version, license } = whole.info;
  return { openapi: whole.openapi, info: { title, version, license }, ...kept, components };
}
