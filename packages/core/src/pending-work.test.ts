import { describe, expect, it } from 'vitest';
import { PendingWork } from './pending-work.ts';

describe('PendingWork', () => {
  it('begins in the order of the calls, and never more at once than allowed', async () => {
    const pending = new PendingWork();
    const pieces = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
    const begun: number[] = [];
    const begins = pieces.map(({ promise }, index) =>
      pending.begin(2, () => {
        begun.push(index);
        return promise;
      }),
    );
    await begins[1];
    expect(begun).toEqual([0, 1]);
    pieces[1]?.resolve();
    await begins[2];
    expect(begun).toEqual([0, 1, 2]);
    pieces[0]?.reject(new Error('it broke'));
    await begins[3];
    expect(begun).toEqual([0, 1, 2, 3]);
    const settled = pending.settled();
    for (const { resolve } of pieces) resolve();
    await expect(settled).rejects.toThrow('it broke');
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    await pending.settled();
  });
});
