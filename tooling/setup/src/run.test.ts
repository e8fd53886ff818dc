import { describe, expect, it } from 'vitest';
import { describeFailure } from './failure.mjs';
import { run, runInForeground } from './run.mjs';

describe('run', () => {
  it('resolves to all that the command printed', async () => {
    expect(await run('sh', ['-c', 'echo out; echo err >&2'])).toBe('out\nerr\n');
  });

  it('fails with the last lines, the exit code and what to do', async () => {
    const failing = run('sh', ['-c', 'seq 1 9; exit 3'], { lines: 2, hint: 'Try again.' });
    const text = describeFailure(await failing.catch((error: unknown) => error));
    expect(text).toBe('8\n9\n\n`sh -c seq 1 9; exit 3` ended with exit code 3\nTry again.');
  });

  it('names a program that is not there', async () => {
    await expect(run('no-such-program', [])).rejects.toThrow('`no-such-program` could not be started');
  });
});

describe('runInForeground', () => {
  it('resolves to the exit code, and to 128 plus the signal as a shell does', async () => {
    expect(await runInForeground('sh', ['-c', 'exit 7'])).toBe(7);
    expect(await runInForeground('sh', ['-c', 'kill -TERM $$'])).toBe(143);
  });
});
