import { type EngineContext, inSnapshot, inTransaction } from '../context.ts';
import { begin, isAbandoned, whenFree } from '../journal/journal.ts';
import { endOperation } from '../journal/operation.ts';
import { listNetworks } from '../operations/queries.ts';
import { keys, lastPart } from '../records/keys.ts';
import { decodeNetwork, putNetwork } from '../records/network-record.ts';
import { reconcile } from './reconcile.ts';

/** What keeps several processes from restoring at once. */
const BOOT = 'boot';

/**
 * Brings networks back after a reboot, as they were asked for, and gives up the endpoints of sandboxes that have gone with
 * the boot before, with their addresses and ports. Costs one look where there was no reboot.
 */
export async function restore(context: EngineContext): Promise<void> {
  if (!(await isFromEarlierBoot(context))) return;
  const spec = { kind: 'repair', subject: BOOT } as const;
  await whenFree(() =>
    inTransaction(context, (tx) => begin(context, tx, spec, (other) => isAbandoned(context, other))),
  );
  try {
    if (await isFromEarlierBoot(context)) await restoreAll(context);
  } finally {
    await inTransaction(context, async (tx) => endOperation(tx, BOOT));
  }
}

async function restoreAll(context: EngineContext): Promise<void> {
  // Marks do not outlast a boot: what bears one now was made since, and not by this store.
  const outcomes = await reconcile(context, { removesStrangers: false });
  // What could not be brought back now is tried again by the next.
  if (outcomes.some(({ failure }) => failure !== undefined)) return;
  const { bootId } = context.host;
  await inTransaction(context, async (tx) => {
    for (const network of await listNetworks(tx)) {
      if (network.bootId !== bootId) putNetwork(tx, { ...network, bootId });
    }
  });
}

/** All networks are marked together, so that one tells of all. */
function isFromEarlierBoot(context: EngineContext): Promise<boolean> {
  return inSnapshot(context, async (tx) => {
    const [first] = await tx.list(keys.networks(), { limit: 1 });
    if (first === undefined) return false;
    return decodeNetwork(lastPart(first.key), first.value).bootId !== context.host.bootId;
  });
}
