/**
 * A process that leases and releases at random: `node lease-worker.ts FILE JOURNAL OWNER OPERATIONS SEED`. It begins
 * when its standard input says so, takes over what its owner holds already, and ends after that many operations.
 */
import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import { IpAddress } from '@tsnet/inet';
import { AddressTakenError, PoolExhaustedError } from '../src/errors.ts';
import { Ipam } from '../src/ipam.ts';
import { SqliteStore } from '../src/store/sqlite-store.ts';
import { JournalWriter, type Operation, type Outcome } from './journal.ts';
import { randomFrom } from './random.ts';

const [file = '', journalFile = '', owner = '', operations = '0', seed = '0'] = process.argv.slice(2);
const random = randomFrom(Number(seed));
// A killed process would leave nothing of it to the next one.
flushCompileCache();
process.stdout.write('ready');
await once(process.stdin, 'data');

using journal = new JournalWriter(journalFile);
await using store = await SqliteStore.open(file);
const ipam = new Ipam(store);
let held = (await ipam.listLeases({ owner })).map(({ poolId, address }) => ({
  poolId,
  address: `${address}`,
}));

// The revision of the newest commit of this process, which the facade does not tell.
let revision = 0;
const commit = store.commit.bind(store);
store.commit = async (changes) => {
  const committed = await commit(changes);
  revision = committed ?? revision;
  return committed;
};

for (let done = 0; done < Number(operations); ) {
  const operation = choose();
  journal.begin(operation);
  const outcome = await carryOut(operation);
  journal.end(outcome);
  if (!('refused' in outcome)) done += 1;
}

function choose(): Operation {
  const most = 40;
  if (held.length > 0 && random() < (held.length < most ? 0.45 : 1)) return chooseRelease();
  const dice = random();
  if (dice < 0.4) return { verb: 'lease', poolId: 'wide', count: 1 };
  if (dice < 0.5) return { verb: 'lease', poolId: 'wide', count: 3 };
  if (dice < 0.7) return { verb: 'lease', poolId: 'tight', count: 1 };
  if (dice < 0.8) return { verb: 'lease', poolId: 'tight', count: 2 };
  return { verb: 'lease', poolId: 'tight', count: 1, address: `10.0.4.${Math.floor(random() * 256)}` };
}

/** One address most of the time, else all that the owner holds in a pool. */
function chooseRelease(): Operation {
  const index = Math.floor(random() * held.length);
  const { poolId = '', address = '' } = held[index] ?? {};
  if (random() < 0.9) return { verb: 'release', poolId, addresses: [address] };
  const addresses = held.filter((lease) => lease.poolId === poolId).map((lease) => lease.address);
  return { verb: 'release', poolId, addresses };
}

async function carryOut(operation: Operation): Promise<Outcome> {
  if (operation.verb === 'release') return release(operation);
  const { poolId, count, address } = operation;
  try {
    const leases =
      count > 1
        ? await ipam.leaseMany(poolId, { owner, count })
        : [
            await ipam.lease(poolId, {
              owner,
              address: address === undefined ? undefined : IpAddress.parse(address),
            }),
          ];
    const addresses = leases.map((lease) => `${lease.address}`);
    for (const leased of addresses) held.push({ poolId, address: leased });
    return { addresses, revision };
  } catch (error) {
    if (error instanceof PoolExhaustedError || error instanceof AddressTakenError)
      return { refused: error.code };
    throw error;
  }
}

async function release({ poolId, addresses }: Operation & { verb: 'release' }): Promise<Outcome> {
  const [address = ''] = addresses;
  if (addresses.length > 1) {
    const released = await ipam.releaseOwner(owner, poolId);
    if (released.length !== addresses.length) throw new Error(`${released.length} of ${addresses} were held`);
  } else if (!(await ipam.release(poolId, IpAddress.parse(address), owner))) {
    throw new Error(`${address} was not held any more`);
  }
  held = held.filter((lease) => lease.poolId !== poolId || !addresses.includes(lease.address));
  return { addresses, revision };
}
