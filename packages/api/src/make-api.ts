import type { Api, Call, CallOptions } from './api.ts';
import { operationNames } from './operations.ts';

/** An {@link Api} that answers each operation by one function. */
export function makeApi(call: Call): Api {
  return Object.fromEntries(
    operationNames.map((name) => [
      name,
      (input: object = {}, options: CallOptions = {}) => call(name, input as never, options),
    ]),
  ) as unknown as Api;
}
