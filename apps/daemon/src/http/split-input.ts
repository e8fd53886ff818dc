import { type Input, type OperationName, pathInputs, routeOf } from '@tsnet/api';
import { inputs } from '@tsnet/api/schemas';
import { type TObject, type TSchema, Type } from 'typebox';

/** The schemas of the parts of a request. */
export interface RequestSchemas {
  readonly params: TObject | undefined;
  readonly querystring: TObject | undefined;
  readonly body: TObject | undefined;
}

/** Divides what an operation takes into path, query and body. */
export function requestSchemas(name: OperationName): RequestSchemas {
  const { method, path } = routeOf(name);
  const { properties } = inputs[name] as TObject;
  const inPath = pathInputs(path);
  const rest = Object.keys(properties).filter((key) => !inPath.includes(key));
  const hasBody = method === 'POST' || method === 'PATCH';
  const others = pick(properties, rest);
  return {
    params: inPath.length === 0 ? undefined : pick(properties, inPath),
    querystring: hasBody ? undefined : others,
    body: hasBody ? others : undefined,
  };
}

/** The input of an operation, of the parts of a request. */
export function joinInput<O extends OperationName>(parts: readonly unknown[]): Input<O> {
  return Object.assign({}, ...parts) as Input<O>;
}

function pick(properties: Readonly<Record<string, TSchema>>, keys: readonly string[]): TObject {
  const picked = Object.fromEntries(Object.entries(properties).filter(([key]) => keys.includes(key)));
  return Type.Object(picked, { additionalProperties: false });
}
