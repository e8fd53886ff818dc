import { describe, expect, it } from 'vitest';
import { addTallies, formatTally, noTests, tallyReport } from './tally.ts';

const file = (status: string, ...assertions: string[]) => ({
  status,
  assertionResults: assertions.map((assertion) => ({ status: assertion })),
});

describe('tallyReport', () => {
  it('counts tests by how they ended, and whatever did not run as skipped', () => {
    const testResults = [
      file('failed', 'passed', 'passed', 'failed'),
      file('passed', 'pending', 'todo', 'skipped'),
    ];
    expect(tallyReport({ success: false, testResults })).toEqual({ passed: 2, failed: 1, skipped: 3 });
  });

  it('counts a file that did not load as one failure', () => {
    expect(tallyReport({ success: false, testResults: [file('failed'), file('passed', 'passed')] })).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    });
  });

  it('counts a run that failed outside of every test as one failure', () => {
    expect(tallyReport({ success: false, testResults: [file('passed', 'passed')] }).failed).toBe(1);
  });

  it('adds up and reads as one line', () => {
    const tally = { passed: 1, failed: 2, skipped: 3 };
    expect(addTallies(noTests, tally)).toEqual(tally);
    expect(formatTally(addTallies(tally, tally))).toBe('2 passed, 4 failed, 6 skipped');
  });
});
