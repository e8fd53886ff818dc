import { describe, expect, it } from 'vitest';
import { PendingWork } from './pending-work.ts';

describe('PendingWork', () => {
  it('is waited for until no more of it is running than one likes', async () => {
    const pending = new PendingWork();
    const pieces = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    for (const { promise } of pieces) pending.add(promise);
    await pending.untilAtMost(3);
    let waiting = true;
    const waited = pending.untilAtMost(1).then(() => {
      waiting = false;
    });
    pieces[1]?.resolve();
    await pieces[1]?.promise;
    expect(waiting).toBe(true);
    pieces[0]?.reject(new Error('it broke'));
    await waited;
    pieces[2]?.resolve();
    await expect(pending.settled()).rejects.toThrow('it broke');
    await pending.settled();
  });
});
