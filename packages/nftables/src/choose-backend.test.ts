import { describe, expect, it } from 'vitest';
import type { Backend } from './backend.ts';
import { chooseBackend } from './choose-backend.ts';
import { NftablesMissingError } from './errors.ts';

const backend = (name: Backend['name']): Backend => ({
  name,
  apply: () => ({ succeeded: true, output: '', error: '' }),
  list: () => ({ succeeded: true, output: '', error: '' }),
  close: () => {},
});

function choose(wanted: 'auto' | 'libnftables' | 'nft', has: readonly Backend['name'][]) {
  const reasons: string[] = [];
  const open = (name: Backend['name']) => () => (has.includes(name) ? backend(name) : undefined);
  const chosen = chooseBackend(wanted, {
    openLibrary: open('libnftables'),
    openProgram: open('nft'),
    onFallback: (reason) => reasons.push(reason),
  });
  return { name: chosen.name, reasons };
}

describe('chooseBackend', () => {
  it('takes the library where both are there', () => {
    expect(choose('auto', ['libnftables', 'nft'])).toEqual({ name: 'libnftables', reasons: [] });
  });

  it('falls back to the program, and says why', () => {
    expect(choose('auto', ['nft'])).toEqual({ name: 'nft', reasons: ['libnftables.so.1 cannot be loaded'] });
  });

  it('takes what was asked for, which is no fallback', () => {
    expect(choose('nft', ['libnftables', 'nft'])).toEqual({ name: 'nft', reasons: [] });
  });

  it('says what is missing and how to install it', () => {
    expect(() => choose('libnftables', ['nft'])).toThrow('libnftables.so.1 cannot be loaded');
    expect(() => choose('nft', ['libnftables'])).toThrow('the nft program cannot be run');
    expect(() => choose('auto', [])).toThrow(NftablesMissingError);
    expect(new NftablesMissingError('x')).toMatchObject({
      kind: 'unsupported',
      hint: expect.stringContaining('apt-get install nftables'),
    });
  });
});
