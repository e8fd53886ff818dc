import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runTasks, type Task } from './run-tasks.ts';

async function endsOf(tasks: readonly (Partial<Task> & { readonly name: string })[], signal?: AbortSignal) {
  const ends: string[] = [];
  await runTasks(
    tasks.map((task) => ({ needs: [], after: [], run: () => undefined, ...task })),
    { limit: 2, signal, onEnd: ({ name }, { kind }) => ends.push(`${name} ${kind}`) },
  );
  return ends;
}

const fail = () => {
  throw new Error('no');
};

describe('runTasks', () => {
  it('leaves out what needs something that failed, and goes on with the rest', async () => {
    expect(
      await endsOf([
        { name: 'a', run: fail },
        { name: 'b', needs: ['a'] },
        { name: 'c', needs: ['b'] },
        { name: 'd', after: ['a'] },
        { name: 'e' },
      ]),
    ).toEqual(expect.arrayContaining(['a failed', 'b skipped', 'c skipped', 'd done', 'e done']));
  });

  it('runs no more at once than the limit', async () => {
    let running = 0;
    let most = 0;
    const run = async () => {
      most = Math.max(most, ++running);
      await setTimeout(2);
      running--;
    };
    await endsOf(Array.from({ length: 7 }, (_, index) => ({ name: `${index}`, run })));
    expect(most).toBe(2);
  });

  it('begins nothing once it is asked to stop, and lets what has begun end', async () => {
    const stop = new AbortController();
    const run = async () => {
      stop.abort();
      await setTimeout(1);
    };
    expect(
      await endsOf(
        [
          { name: 'a', run },
          { name: 'b', after: ['a'] },
        ],
        stop.signal,
      ),
    ).toEqual(['a done', 'b skipped']);
  });
});
