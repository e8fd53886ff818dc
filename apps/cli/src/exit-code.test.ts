import { errorKinds, TsnetError } from '@tsnet/errors';
import { describe, expect, it } from 'vitest';
import { CommandNotExecutableError, CommandNotFoundError, SeveralError, UsageError } from './errors.ts';
import { describeExitCodes, differs, exitCodeOf, exitCodes, problemsFound } from './exit-code.ts';

describe('exit codes', () => {
  it('tell every kind of error from every other and from success, below those of shells', () => {
    const codes = Object.values(exitCodes);
    expect(Object.keys(exitCodes).toSorted()).toEqual([...errorKinds].toSorted());
    expect(new Set(codes).size).toBe(errorKinds.length);
    expect(Math.min(...codes)).toBe(1);
    expect(Math.max(...codes, problemsFound, differs)).toBeLessThan(126);
    expect(codes).not.toContain(problemsFound);
    expect([...codes, problemsFound]).not.toContain(differs);
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
