import { expect, it } from 'vitest';
import { exitCodeOf, exitCodes } from './exit-code.ts';
import { errorKinds } from './kind.ts';
import { TsnetError } from './tsnet-error.ts';

it('has an exit code for every kind of error, each its own, below those of shells', () => {
  const codes = Object.values(exitCodes);
  expect(Object.keys(exitCodes).toSorted()).toEqual([...errorKinds].toSorted());
  expect(new Set(codes).size).toBe(errorKinds.length);
  expect(Math.min(...codes)).toBe(1);
  expect(Math.max(...codes)).toBeLessThan(126);
});

it('gives the exit code of the kind that was thrown, and of a defect where none was', () => {
  for (const kind of errorKinds) {
    const error = new TsnetError({ code: 'X', kind, operation: 'do', subject: 'it', reason: 'no' });
    expect(exitCodeOf(error)).toBe(exitCodes[kind]);
  }
  expect(exitCodeOf(new Error('a defect'))).toBe(1);
  expect(exitCodeOf(undefined)).toBe(1);
});
