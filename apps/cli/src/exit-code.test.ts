import { errorKinds, exitCodes, TsnetError } from '@tsnet/errors';
import { describe, expect, it } from 'vitest';
import { CommandNotExecutableError, CommandNotFoundError, SeveralError, UsageError } from './errors.ts';
import { describeExitCodes, differs, exitCodeOf, problemsFound } from './exit-code.ts';

describe('exit codes', () => {
  it('of what was found are those of no error, of success and of each other', () => {
    const codes = [0, ...Object.values(exitCodes), problemsFound, differs];
    expect(new Set(codes).size).toBe(errorKinds.length + 3);
    expect(Math.max(...codes)).toBeLessThan(126);
  });

  it('follow the kind of what was thrown', () => {
    for (const kind of errorKinds) {
      const error = new TsnetError({ code: 'X', kind, operation: 'do', subject: 'it', reason: 'no' });
      expect(exitCodeOf(error)).toBe(exitCodes[kind]);
    }
    expect(exitCodeOf(new UsageError('"tsnet"', 'no', 'yes'))).toBe(2);
    expect(exitCodeOf(new Error('a defect'))).toBe(1);
    expect(exitCodeOf(undefined)).toBe(1);
  });

  it('of several failures is that of the first', () => {
    const failures = [new UsageError('"tsnet"', 'no', 'yes'), new Error('a defect')] as const;
    expect(exitCodeOf(new SeveralError('do', 'both', failures))).toBe(2);
  });

  it('of a command that cannot be run are those of shells', () => {
    expect(exitCodeOf(new CommandNotFoundError('x', undefined))).toBe(127);
    expect(exitCodeOf(new CommandNotExecutableError('x', 'no', undefined))).toBe(126);
  });

  it('are described one a line', () => {
    expect(describeExitCodes().split('\n')).toHaveLength(errorKinds.length + 3);
  });
});
