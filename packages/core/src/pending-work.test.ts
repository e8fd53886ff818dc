import { describe, expect, it } from 'vitest';
import { InvalidNameError, NetworkExistsError } from './errors.ts';
import { PendingWork } from './pending-work.ts';

describe('PendingWork', () => {
  it('is settled when all of it is done, and tells of each failure once', async () => {
    const pending = new PendingWork();
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    pending.add(first.promise);
    pending.add(second.promise);
    let isSettled = false;
    const settled = pending.settled().finally(() => {
      isSettled = true;
    });
    first.reject(new Error('it broke'));
    await Promise.resolve();
    expect(isSettled).toBe(false);
    second.resolve();
    await expect(settled).rejects.toThrow('it broke');
    await pending.settled();
  });

  it('waits for work that comes while it is waited for', async () => {
    const pending = new PendingWork();
    const later = Promise.withResolvers<void>();
    let isLate = false;
    pending.add(
      Promise.resolve().then(() => {
        pending.add(
          later.promise.then(() => {
            isLate = true;
          }),
        );
      }),
    );
    const settled = pending.settled();
    later.resolve();
    await settled;
    expect(isLate).toBe(true);
  });

  it('runs again what was refused while something was pending, and only then', async () => {
    const pending = new PendingWork();
    let attempts = 0;
    const twice = () => {
      attempts += 1;
      return attempts === 1 ? Promise.reject(new NetworkExistsError('web')) : Promise.resolve(attempts);
    };
    pending.add(Promise.reject(new Error('a lease could not be given back')));
    expect(await pending.afterwards(twice)).toBe(2);
    await expect(pending.settled()).rejects.toThrow('a lease');
    attempts = 0;
    await expect(pending.afterwards(twice)).rejects.toThrow('web');
    expect(attempts).toBe(1);
  });

  it('does not run again what waiting cannot cure', async () => {
    const pending = new PendingWork();
    let attempts = 0;
    pending.add(Promise.resolve());
    const wrong = () => {
      attempts += 1;
      return Promise.reject(new InvalidNameError('network', 'a b', 'it holds a space'));
    };
    await expect(pending.afterwards(wrong)).rejects.toThrow('a space');
    expect(attempts).toBe(1);
  });
});
