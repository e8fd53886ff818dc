import { describe, expect, it } from 'vitest';
import { TeardownError } from './errors.ts';
import { attemptAll, throwTogether } from './failures.ts';

const one = new Error('one');
const two = new Error('two');
const fail = (error: Error) => () => {
  throw error;
};

describe('attemptAll', () => {
  it('goes on past failures, and returns them in order', async () => {
    const done: string[] = [];
    const failures = await attemptAll([
      fail(one),
      () => void done.push('a'),
      () => Promise.reject(two),
      async () => void done.push('b'),
    ]);
    expect([failures, done]).toEqual([
      [one, two],
      ['a', 'b'],
    ]);
  });
});

describe('throwTogether', () => {
  it('throws one failure as it is, several as one, and nothing for none', () => {
    throwTogether('it', []);
    expect(() => throwTogether('it', [one])).toThrow(one);
    expect(() => throwTogether('it', [one, two])).toThrow(TeardownError);
    expect(() => throwTogether('it', [one, two])).toThrow('cannot take down it: one; two');
  });
});
