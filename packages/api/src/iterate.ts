import type { Api, CallOptions } from './api.ts';
import type { Output } from './schemas/outputs.ts';

/** The operations that answer page by page. */
export type ListName =
  | 'listNetworks'
  | 'listEndpoints'
  | 'listPorts'
  | 'listPools'
  | 'listLeases'
  | 'listReservations';

/** What a list takes. */
export type ListInput<L extends ListName> = NonNullable<Parameters<Api[L]>[0]>;

/** What a list is of. */
export type ListItem<L extends ListName> = Output<L>['items'][number];

/** Everything of a list, page by page. */
export async function* iterate<L extends ListName>(
  api: Pick<Api, L>,
  name: L,
  input?: ListInput<L>,
  options?: CallOptions,
): AsyncGenerator<ListItem<L>> {
  let cursor: string | undefined;
  do {
    const list = api[name] as (input: object, options?: CallOptions) => Promise<Output<L>>;
    const page = await list({ limit: 1000, ...input, cursor }, options);
    yield* page.items as ListItem<L>[];
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}
