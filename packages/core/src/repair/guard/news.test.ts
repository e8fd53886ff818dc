import { describe, expect, it } from 'vitest';
import type { Finding } from '../../driver.ts';
import { News } from './news.ts';

const down: Finding = { subject: 'link a', problem: 'down', owner: 'a' };
const shut: Finding = { subject: 'table', problem: 'lacks ports', owner: 'a' };
const ofA = { owners: new Set(['a']), shared: false };
const ofB = { owners: new Set(['b']), shared: false };
const ofTable = { owners: new Set<string>(), shared: true };

describe('news', () => {
  it('is what was not told yet', () => {
    const news = new News();
    expect(news.sift(ofA, [down])).toEqual([down]);
    expect(news.sift(ofA, [down])).toEqual([]);
    expect(news.sift(undefined, [down, shut])).toEqual([shut]);
  });

  it('is what was over, or put right, and is there again', () => {
    const news = new News();
    news.sift(ofA, [down]);
    news.sift(ofA, []);
    expect(news.sift(ofA, [down])).toEqual([down]);
    news.forget(down);
    expect(news.sift(ofA, [down])).toEqual([down]);
  });

  it('is not over because of a look elsewhere', () => {
    const news = new News();
    news.sift(ofA, [down]);
    news.sift(ofTable, [shut]);
    news.sift(ofB, []);
    news.sift(ofA, [down]);
    expect(news.sift(undefined, [down, shut])).toEqual([]);
    news.sift(undefined, []);
    expect(news.sift(undefined, [down, shut])).toEqual([down, shut]);
  });
});
