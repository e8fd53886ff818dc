import { type Api, iterate, type ListInput, type ListItem, type ListName } from '@tsnet/api';

/** Everything of a list. */
export async function listAll<L extends ListName>(
  api: Api,
  name: L,
  input?: ListInput<L>,
): Promise<readonly ListItem<L>[]> {
  const items: ListItem<L>[] = [];
  for await (const item of iterate(api, name, input)) items.push(item);
  return items;
}
