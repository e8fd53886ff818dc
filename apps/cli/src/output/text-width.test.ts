import { expect, it } from 'vitest';
import { textWidth } from './text-width.ts';

it.each([
  ['', 0],
  ['web-1', 5],
  ['größe', 5],
  ['e\u0301', 1],
  ['網路', 4],
  ['🦊', 2],
  ['ﾊﾛｰ', 3],
])('counts the columns of %j', (text, width) => {
  expect(textWidth(text)).toBe(width);
});
