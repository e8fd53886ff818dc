import type { Api, FreeRangeDocument, Input, ListInput, ListItem, ListName } from '@tsnet/api';

/** The beginning of a list. */
export interface Taken<T> {
  readonly items: readonly T[];
  /** Whether there is more. */
  readonly isCut: boolean;
}

/** The most that one page has. */
const PAGE = 1000;

/** At most so many items of a list. */
export function take<L extends Extract<ListName, 'listLeases' | 'listReservations'>>(
  api: Api,
  name: L,
  input: ListInput<L>,
  limit: number,
): Promise<Taken<ListItem<L>>> {
  return takePages(limit, (limit, cursor) => {
    const list = api[name] as (input: object) => Promise<Page<ListItem<L>>>;
    return list({ ...input, limit, cursor });
  });
}

/** At most so many free ranges of a pool. */
export function takeFreeRanges(
  api: Api,
  input: Input<'listFreeRanges'>,
  limit: number,
): Promise<Taken<FreeRangeDocument>> {
  return takePages(limit, (limit, after = input.after) => {
    return api.listFreeRanges({ ...input, limit, ...(after === undefined ? {} : { after }) });
  });
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

async function takePages<T>(
  limit: number,
  read: (limit: number, next: string | undefined) => Promise<Page<T>>,
): Promise<Taken<T>> {
  const items: T[] = [];
  let next: string | undefined;
  do {
    const page = await read(Math.min(PAGE, limit - items.length), next);
    items.push(...page.items);
    next = page.next ?? undefined;
  } while (next !== undefined && items.length < limit);
  return { items, isCut: next !== undefined };
}
