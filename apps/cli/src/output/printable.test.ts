import { describe, expect, it } from 'vitest';
import { printable } from './printable.ts';

describe('printable', () => {
  it('leaves text as it is, in any script', () => {
    expect(printable('web-1 (näher) 網')).toBe('web-1 (näher) 網');
  });

  it('shows what could give orders to a terminal', () => {
    expect(printable('a\u001b[2Jb\nc\u009bd\u007f')).toBe('a\\x1b[2Jb\\x0ac\\x9bd\\x7f');
    expect(printable('a\u202eb\u2028c')).toBe('a\\u{202e}b\\u{2028}c');
  });
});
