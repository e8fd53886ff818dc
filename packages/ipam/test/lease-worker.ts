/** A process that leases and releases at random: `node lease-worker.ts FILE OWNER STEPS`. It prints what it holds at the end. */

import { isTsnetError } from '@tsnet/errors';
import { IpAddress } from '@tsnet/inet';
import { Ipam } from '../src/ipam.ts';
import { SqliteStore } from '../src/sqlite-store.ts';

const [file = '', owner = '', steps = '0'] = process.argv.slice(2);
await using store = await SqliteStore.open(file);
const ipam = new Ipam(store);
const held: string[] = [];

for (let step = 0; step < Number(steps); step += 1) {
  if (held.length > 0 && Math.random() < 0.45) {
    const [address = ''] = held.splice(Math.floor(Math.random() * held.length), 1);
    const released = await ipam.release('p', IpAddress.parse(address), owner);
    if (!released) throw new Error(`${address} was not held any more`);
    continue;
  }
  try {
    held.push(`${(await ipam.lease('p', { owner })).address}`);
  } catch (error) {
    if (!isTsnetError(error) || error.kind !== 'exhausted') throw error;
  }
}
process.stdout.write(JSON.stringify(held));
