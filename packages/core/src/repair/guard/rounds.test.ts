import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Rounds } from './rounds.ts';

describe('rounds', () => {
  it('are run once for what gathers, and never twice at once', async () => {
    let running = 0;
    let count = 0;
    const rounds = new Rounds(
      async () => {
        expect(++running).toBe(1);
        await setTimeout(20);
        running--;
        count++;
        return undefined;
      },
      () => undefined,
    );
    for (let each = 0; each < 5; each++) rounds.begin(5);
    await setTimeout(15);
    for (let each = 0; each < 5; each++) rounds.begin(0);
    await expect.poll(() => count).toBe(2);
    await setTimeout(40);
    expect(count).toBe(2);
  });

  it('go on after the wait that was asked for, and after a failure when there is need', async () => {
    let count = 0;
    const failures: unknown[] = [];
    const rounds = new Rounds(
      async () => {
        if (++count === 2) throw new Error('on purpose');
        return count < 2 ? 1 : undefined;
      },
      (error) => failures.push(error),
    );
    rounds.begin(0);
    await expect.poll(() => count).toBe(2);
    await setTimeout(20);
    expect([count, failures]).toEqual([2, [new Error('on purpose')]]);
    rounds.begin(0);
    await expect.poll(() => count).toBe(3);
  });

  it('that have ended wait for what runs, and run nothing more', async () => {
    let isOver = false;
    const rounds = new Rounds(
      async () => {
        await setTimeout(20);
        isOver = true;
        return 0;
      },
      () => undefined,
    );
    rounds.begin(0);
    await setTimeout(10);
    await rounds.end();
    expect(isOver).toBe(true);
    isOver = false;
    rounds.begin(0);
    await setTimeout(30);
    expect(isOver).toBe(false);
  });
});
