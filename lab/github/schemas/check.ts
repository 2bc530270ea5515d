import type { Operation } from './described.ts';
import { readDescription } from './validators.ts';

const rest = readDescription('rest.json');
const webhooks = readDescription('webhooks.json');
const JSON_TYPE = 'application/json';

const operationAt = (operation: Operation) => {
  const [method = '', path = ''] = operation.split(' ');
  return ['paths', path, method.toLowerCase()] as const;
};

/** What is wrong with a request's body; undefined stands for no body. */
export function checkBody(operation: Operation, body: unknown): readonly string[] {
  const at = [...operationAt(operation), 'requestBody'] as const;
  if (!rest.part(...at)) return [];
  if (body === undefined)
    return rest.part(...at, 'required') === true ? ['a body is required'] : [];
  return rest.problems(body, ...at, 'content', JSON_TYPE, 'schema');
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: { readonly type?: string; readonly enum?: readonly string[] };
}

/** What is wrong with the query: values that the description does not have. What it does not know, GitHub ignores. */
export function checkQuery(operation: Operation, query: URLSearchParams): readonly string[] {
  const parameters = rest.list<Parameter>(...operationAt(operation), 'parameters');
  return parameters.flatMap(({ name, in: place, schema }) => {
    const value = place === 'query' ? query.get(name) : null;
    if (value === null) return [];
    const known =
      (schema.type !== 'integer' || /^\d+$/.test(value)) && (schema.enum?.includes(value) ?? true);
    const allowed = schema.enum?.join(', ') ?? schema.type;
    return known ? [] : [`${name} must be ${allowed}, not ${value}`];
  });
}

/** What is wrong with an answer: a status that the description does not have, or a body of another shape. */
export function checkAnswer(
  operation: Operation,
  status: number,
  body: unknown,
): readonly string[] {
  const at = [...operationAt(operation), 'responses', String(status)] as const;
  const response = rest.part(...at);
  if (!response) return [`status ${status} is not described`];
  const content = [...at, 'content', JSON_TYPE, 'schema'] as const;
  if (rest.part(...content)) return rest.problems(body, ...content);
  return [];
}

/** What is wrong with the payload of a webhook that is named event-action. */
export function checkDelivery(name: string, payload: unknown): readonly string[] {
  const at = ['webhooks', name, 'post', 'requestBody', 'content', JSON_TYPE, 'schema'] as const;
  return webhooks.part(...at) ? webhooks.problems(payload, ...at) : [`${name} is not described`];
}
