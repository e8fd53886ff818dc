import { IpAddress } from '@tsnet/inet';
import { takeFreeRanges } from '../access/take.ts';
import { withApi } from '../access/with-api.ts';
import type { Invocation } from '../invocation.ts';
import { formatTable } from '../output/table.ts';
import { parseCount } from '../parse/count.ts';

/** The options of `tsnet ipam free`, as they were typed. */
export interface FreeOptions {
  readonly limit?: string;
  readonly after?: string;
}

/** `tsnet ipam free` */
export async function listFreeRanges(
  invocation: Invocation,
  pool: string,
  options: FreeOptions,
): Promise<void> {
  const limit = parseCount('--limit', options.limit ?? '100');
  const after = options.after === undefined ? {} : { after: `${IpAddress.parse(options.after)}` };
  const found = await withApi(invocation, (api) => takeFreeRanges(api, { pool, ...after }, limit));
  const { items: ranges, isCut } = found;
  const { output } = invocation;
  output.result(ranges, () =>
    ranges.length === 0
      ? 'no free addresses'
      : formatTable(
          ['FIRST', 'LAST', 'ADDRESSES'],
          ranges.map(({ first, last, size }) => [first, last, `${size}`]),
        ),
  );
  if (isCut) output.note('MORE', `there are more: go on with --after ${ranges.at(-1)?.last}`);
}
