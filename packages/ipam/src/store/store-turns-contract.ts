import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { nothing, write } from './contract-write.ts';
import type { Store } from './store.ts';
import { transact } from './transact.ts';

/** Long after any timer of a process whose event loop turns. */
const PATIENCE_MS = 5000;

/** Defines the tests of what else goes on in a process that uses a store all the time. */
export function itTakesTurns(open: () => Promise<Store>): void {
  it.each<[string, (store: Store) => Promise<unknown>]>([
    ['reads', (store) => store.get(['a'])],
    ['lists', (store) => store.list('a')],
    ['commits', (store) => write(store, { a: '' })],
    ['commits that conflict', (store) => store.commit({ ...nothing, checks: [{ key: 'b', revision: 7 }] })],
    ['questions for the revision', (store) => store.revision()],
    ['transactions that read', (store) => transact(store, (tx) => tx.get('a'), { readOnly: true })],
    [
      'transactions that write',
      (store) => transact(store, async (tx) => tx.put('a', `${await tx.get('a')}`.slice(0, 9))),
    ],
  ])('lets timers fire between %s that follow one another', async (_, call) => {
    await using store = await open();
    let hasFired = false;
    const timer = setTimeout(1).then(() => {
      hasFired = true;
    });
    const start = performance.now();
    while (!hasFired && performance.now() - start < PATIENCE_MS) await call(store);
    expect(hasFired).toBe(true);
    await timer;
  });

  it('keeps no other opener of the same store waiting behind a caller that goes on and on', async () => {
    await using store = await open();
    let isDone = false;
    const busy = (async () => {
      while (!isDone)
        await transact(store, async (tx) => tx.put('count', `${Number((await tx.get('count')) ?? 0) + 1}`));
    })();
    for (let round = 0; round < 5; round += 1)
      await transact(store, async (tx) => tx.put('other', `${(await tx.get('other')) ?? ''}x`));
    isDone = true;
    await busy;
    expect(await store.get(['other'])).toMatchObject([{ value: 'xxxxx' }]);
  });
}
