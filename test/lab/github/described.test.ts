import { describe, expect, test } from 'vitest';
import { operations, webhookNames } from '../../../lab/github/schemas/described.ts';
import { checkAnswer, checkBody, checkDelivery } from '../../../lab/github/schemas/index.ts';
import { slice } from '../../../lab/github/schemas/slice.ts';
import { acme, asApp, asInstallation, refusal, startSite } from './site.ts';

describe('held to what GitHub describes', () => {
  test('every operation knows its answer', () => {
    const undescribed = operations.filter((operation) =>
      [200, 201, 202, 204].every((status) =>
        checkAnswer(operation, status, null)[0]?.startsWith('status'),
      ),
    );
    expect(undescribed).toEqual([]);
  });

  test('an answer of another shape is noticed', () => {
    expect(checkAnswer('GET /app', 200, { id: 'seven' }).join()).toMatch(/required property/);
    expect(checkAnswer('GET /app', 418, {})).toEqual(['status 418 is not described']);
  });

  test('every webhook knows its payload', () => {
    const anything = webhookNames.filter((name) => checkDelivery(name, {}).length === 0);
    // Nothing in a ping is required.
    expect(anything).toEqual(['ping']);
    expect(checkDelivery('star-created', {})).toEqual(['star-created is not described']);
  });

  test('a body is checked where there is one', () => {
    const create = 'POST /repos/{owner}/{repo}/check-runs';
    expect(checkBody(create, undefined)).toEqual(['a body is required']);
    expect(checkBody(create, { name: 'x', head_sha: 'x' })).toEqual([]);
    expect(checkBody('GET /app', undefined)).toEqual([]);
  });
});

test('every operation is served', async () => {
  const site = await startSite();
  const installation = await asInstallation(site);
  const app = asApp(site);
  const unserved: string[] = [];
  for (const operation of operations) {
    const client =
      /^\w+ \/app/.test(operation) || operation.endsWith('/installation') ? app : installation;
    const [method = '', path = ''] = operation.split(' ');
    const url = path
      .replace('{owner}', 'acme')
      .replace('{repo}', 'policies')
      .replace(/\{\w+\}/g, '1');
    const answered = await client.request({ method: method as 'GET', url }).catch((error) => error);
    // A route that is there counts the request; what is nowhere has no such header.
    const { headers } = answered.response ?? answered;
    if (!headers?.['x-ratelimit-limit']) unserved.push(operation);
  }
  expect(unserved).toEqual([]);
  const nowhere = installation.request('GET /repos/{owner}/{repo}/stargazers', acme);
  expect(await refusal(nowhere)).toBe('404 Not Found');
});

test('slicing keeps what is referred to, drops prose, and keeps properties that are named like it', () => {
  const description = {
    openapi: '3.0.3',
    info: { title: 'T', version: '1', license: { name: 'MIT' } },
    components: {
      schemas: {
        used: {
          description: 'Prose',
          properties: {
            description: { type: 'string', description: 'Prose' },
            next: { $ref: '#/components/schemas/next' },
          },
        },
        next: { type: 'string' },
        unused: { type: 'string' },
      },
    },
  };
  const paths = {
    '/x': { get: { summary: 'Prose', schema: { $ref: '#/components/schemas/used' } } },
  };
  expect(slice(description, { paths })).toMatchObject({
    paths: { '/x': { get: { schema: { $ref: '#/components/schemas/used' } } } },
    components: {
      schemas: {
        next: { type: 'string' },
        used: { properties: { description: { type: 'string' } } },
      },
    },
  });
  expect(JSON.stringify(slice(description, { paths }))).not.toMatch(/Prose|unused/);
  const broken = { paths: { '/x': { get: { $ref: '#/components/schemas/gone' } } } };
  expect(() => slice(description, broken)).toThrow(
    '#/components/schemas/gone: not in the description',
  );
});
