import { describe, expect, it } from 'vitest';
import { Allowance } from './allowance.ts';

describe('an allowance', () => {
  it('is for a few looks in a row, then for one now and then', () => {
    const allowance = new Allowance();
    let looks = 0;
    for (let now = 0; now < 20_000; now++) {
      if (allowance.waitFor('a', now) > 0) continue;
      allowance.spend('a', now, true);
      looks++;
    }
    expect(looks).toBeGreaterThanOrEqual(8 + 9);
    expect(looks).toBeLessThanOrEqual(8 + 10);
  });

  it('says once that it is used up by damage, until the thing was left alone', () => {
    const allowance = new Allowance();
    const spend = (count: number, now: number) =>
      Array.from({ length: count }, () => allowance.spend('a', now, true)).filter(Boolean).length;
    expect(spend(7, 0)).toBe(0);
    expect(spend(5, 0)).toBe(1);
    expect(spend(20, 4_000)).toBe(0);
    expect(spend(20, 60_000)).toBe(1);
  });

  it('is used up without a word by looks that find nothing', () => {
    const allowance = new Allowance();
    for (let count = 0; count < 20; count++) expect(allowance.spend('a', 0, false)).toBe(false);
    expect(allowance.waitFor('a', 0)).toBe(2_000);
  });

  it('is of each thing by itself', () => {
    const allowance = new Allowance();
    for (let count = 0; count < 20; count++) allowance.spend('a', 0, false);
    expect(allowance.waitFor('b', 0)).toBe(0);
    allowance.forget(60_000);
    expect(allowance.waitFor('a', 60_000)).toBe(0);
  });
});
