import { describe, expect, it } from 'vitest';
import { parseLabels } from './label.ts';

describe('parseLabels', () => {
  it('splits each at its first equals sign', () => {
    expect(parseLabels(['tier=web', 'query=a=b', 'empty='])).toEqual({
      tier: 'web',
      query: 'a=b',
      empty: '',
    });
    expect(parseLabels()).toEqual({});
  });

  it('takes keys that objects have by themselves', () => {
    expect(Object.entries(parseLabels(['__proto__=x', 'constructor=y']))).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  it.each([['plain'], ['=value'], ['a=1', 'a=2']])('refuses %j', (...texts) => {
    expect(() => parseLabels(texts)).toThrow(/^cannot read --label /);
  });
});
