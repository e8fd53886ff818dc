import { describe, expect, it } from 'vitest';
import { pathInputs } from './operation-route.ts';
import { operationNames, routeOf } from './operations.ts';
import { encodeRequest } from './request.ts';
import { inputs } from './schemas/inputs.ts';

describe('encodeRequest', () => {
  it('puts what stands in the path there, and the rest into query or body', () => {
    expect(encodeRequest('listEndpoints', { network: 'a b', limit: 5, cursor: undefined }, {})).toEqual({
      method: 'GET',
      path: '/v1/endpoints?network=a+b&limit=5',
      headers: {},
      body: undefined,
    });
    const { path, body, headers } = encodeRequest(
      'renew',
      { pool: '10.0.0.0/24', address: 'fd00::1', owner: 'ö', ttl: 1 },
      { ifMatch: '"x"', idempotencyKey: 'k' },
    );
    expect(path).toBe('/v1/leases/10.0.0.0%2F24/fd00%3A%3A1');
    expect(body).toBe('{"owner":"ö","ttl":1}');
    expect(headers).toEqual({
      'content-type': 'application/json',
      'content-length': '22',
      'if-match': '"x"',
      'idempotency-key': 'k',
    });
  });
});

describe('the table of operations', () => {
  it.each(operationNames)('%s names in its path what it takes', (name) => {
    const { path } = routeOf(name);
    const { properties } = inputs[name];
    for (const input of pathInputs(path)) expect(Object.keys(properties)).toContain(input);
  });

  it('has each method and path once', () => {
    const routes = operationNames.map((name) => `${routeOf(name).method} ${routeOf(name).path}`);
    expect(new Set(routes).size).toBe(routes.length);
  });
});
