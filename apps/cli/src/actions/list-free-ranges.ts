import { IpAddress } from '@tsnet/inet';
import type { Invocation } from '../invocation.ts';
import { formatTable } from '../output/table.ts';
import { parseCount } from '../parse/count.ts';
import { withIpam } from '../session.ts';
import { rangeDocument } from '../views/pool-view.ts';

/** The options of `tsnet ipam free`, as they were typed. */
export interface FreeOptions {
  readonly limit?: string;
  readonly after?: string;
}

/** `tsnet ipam free` */
export async function listFreeRanges(
  invocation: Invocation,
  id: string,
  options: FreeOptions,
): Promise<void> {
  const limit = parseCount('--limit', options.limit ?? '100');
  const after = options.after === undefined ? undefined : IpAddress.parse(options.after);
  // One more than is shown tells whether there are more.
  const page = { after, limit: limit + 1 };
  const found = await withIpam(invocation, ({ ipam }) => ipam.freeRanges(id, page));
  const ranges = found.slice(0, limit);
  const last = ranges.at(-1)?.last;
  const { output } = invocation;
  output.result(ranges.map(rangeDocument), () =>
    ranges.length === 0
      ? 'no free addresses'
      : formatTable(
          ['FIRST', 'LAST', 'ADDRESSES'],
          ranges.map((range) => [`${range.first}`, `${range.last}`, `${range.size}`]),
        ),
  );
  if (found.length > limit) output.note('MORE', `there are more: go on with --after ${last}`);
}
