/** How an operation goes over HTTP. Of its input, what stands in the path goes there, and the rest into the query or the body. */
export interface OperationRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Of the inputs, `{pool}` stands for the one of that name. */
  readonly path: string;
  readonly tag: OperationTag;
  readonly summary: string;
  /**
   * What answers it: `records`, the state alone; `host`, an engine, because it looks at the kernel or changes something.
   */
  readonly needs: 'records' | 'host';
  /** It makes something: an `Idempotency-Key` makes it once, however often it is sent. */
  readonly creates?: boolean;
  /** It changes something that has an `ETag`: `If-Match` makes it do so only while that is as it was seen. */
  readonly matches?: boolean;
  /** It can be part of a plan: see `plan`. */
  readonly plans?: boolean;
}

/** The kinds of things that operations are about. */
export type OperationTag = (typeof operationTags)[number];

/** The closed list behind {@link OperationTag}. */
export const operationTags = [
  'networks',
  'endpoints',
  'ports',
  'pools',
  'leases',
  'sandboxes',
  'plans',
  'status',
] as const;

/** The inputs that stand in a path: `pool` and `address` of `/v1/leases/{pool}/{address}`. */
export function pathInputs(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}
