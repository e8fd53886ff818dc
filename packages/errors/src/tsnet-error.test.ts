import { describe, expect, it } from 'vitest';
import { isTsnetError, TsnetError } from './tsnet-error.ts';

class PoolExhaustedError extends TsnetError {
  constructor(cause?: unknown) {
    super({
      code: 'IPAM_POOL_EXHAUSTED',
      kind: 'exhausted',
      operation: 'lease',
      subject: 'an address from 10.0.0.0/30',
      reason: 'all 1 addresses are taken',
      hint: 'Release one, or add a pool.',
      cause,
    });
  }
}

describe('TsnetError', () => {
  it('says what failed, on what and why', () => {
    expect(new PoolExhaustedError().message).toBe(
      'cannot lease an address from 10.0.0.0/30: all 1 addresses are taken',
    );
  });

  it('leaves no gap when there is no subject', () => {
    const error = new TsnetError({
      code: 'X',
      kind: 'permission',
      operation: 'open a netlink socket',
      subject: '',
      reason: 'not permitted',
    });
    expect(error.message).toBe('cannot open a netlink socket: not permitted');
  });

  it('is named after its class and keeps its cause', () => {
    const cause = new Error('below');
    const error = new PoolExhaustedError(cause);
    expect(error.name).toBe('PoolExhaustedError');
    expect(error.cause).toBe(cause);
    expect('cause' in new PoolExhaustedError()).toBe(false);
  });

  it('turns into data that holds neither stack nor cause', () => {
    expect(JSON.parse(JSON.stringify(new PoolExhaustedError(new Error('secret'))))).toEqual({
      code: 'IPAM_POOL_EXHAUSTED',
      kind: 'exhausted',
      operation: 'lease',
      subject: 'an address from 10.0.0.0/30',
      message: 'cannot lease an address from 10.0.0.0/30: all 1 addresses are taken',
      hint: 'Release one, or add a pool.',
    });
  });
});

describe('isTsnetError', () => {
  it('knows its own errors and those of another copy of the package', () => {
    const foreign = Object.assign(new Error('x'), {
      code: 'A',
      kind: 'invalid',
      operation: 'parse',
      subject: 'y',
    });
    expect(isTsnetError(new PoolExhaustedError())).toBe(true);
    expect(isTsnetError(foreign)).toBe(true);
  });

  it('refuses plain errors, system errors and non-errors', () => {
    expect(isTsnetError(new Error('x'))).toBe(false);
    expect(isTsnetError(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe(false);
    expect(isTsnetError({ code: 'A', kind: 'invalid', operation: 'o', subject: 's' })).toBe(false);
  });
});
