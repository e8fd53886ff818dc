import type { CallOptions } from './api.ts';
import { pathInputs } from './operation-route.ts';
import { type OperationName, routeOf } from './operations.ts';

/** An operation as it goes over HTTP. */
export interface HttpRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Puts an operation's input where it belongs: into the path, the query or the body. */
export function encodeRequest(name: OperationName, input: object, options: CallOptions): HttpRequest {
  const { method, path } = routeOf(name);
  const inPath = new Set(pathInputs(path));
  const values = Object.entries(input).filter(([, value]) => value !== undefined);
  const given = new Map(values);
  const rest = values.filter(([key]) => !inPath.has(key));
  const target = path.replaceAll(/\{(\w+)\}/g, (_, key) => encodeURIComponent(String(given.get(key))));
  const hasBody = method === 'POST' || method === 'PATCH';
  const query = hasBody
    ? ''
    : new URLSearchParams(rest.map(([key, value]) => [key, String(value)])).toString();
  const body = hasBody ? JSON.stringify(Object.fromEntries(rest)) : undefined;
  return {
    method,
    path: query === '' ? target : `${target}?${query}`,
    headers: {
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
      ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
      ...(options.ifMatch === undefined ? {} : { 'if-match': options.ifMatch }),
    },
    body,
  };
}
