import { describe, expect, it } from 'vitest';
import { TeardownError, UndoError } from './errors.ts';
import { applyPlan, type Step, tearDown } from './plan.ts';

/** Steps that write down what is done to them; `a!` fails to apply, `a?` to undo. */
function steps(log: string[], ...names: readonly string[]): Step[] {
  return names.map((text) => {
    const name = text.replace(/[!?]/g, '');
    const act = async (what: string, failing: boolean) => {
      await Promise.resolve();
      log.push(what);
      if (failing) throw new Error(`${what} failed`);
    };
    return {
      name,
      subject: 'it',
      apply: () => act(name, text.includes('!')),
      undo: { name: `undo-${name}`, apply: () => act(`undo ${name}`, text.includes('?')) },
    };
  });
}

const caught = (promise: Promise<void>): Promise<unknown> =>
  promise.then(() => undefined).catch((error) => error);

describe('applyPlan', () => {
  it('applies the steps one after the other, and tells of each', async () => {
    const log: string[] = [];
    const told: string[] = [];
    await applyPlan(steps(log, 'a', 'b', 'c'), (step, milliseconds) => {
      told.push(step.name);
      expect(milliseconds).toBeGreaterThanOrEqual(0);
    });
    expect([log, told]).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
  });

  it('undoes the steps before the one that failed, last first, and throws its failure', async () => {
    const log: string[] = [];
    await expect(applyPlan(steps(log, 'a', 'b', 'c!', 'd'))).rejects.toThrow(/^c failed$/);
    expect(log).toEqual(['a', 'b', 'c', 'undo b', 'undo a']);
  });

  it('does as well with steps that are done at once or cannot be undone', async () => {
    const log: string[] = [];
    const plan: Step[] = [
      { name: 'a', subject: '', apply: () => void log.push('a') },
      {
        name: 'b',
        subject: '',
        apply: () => void log.push('b'),
        undo: { name: 'undo-b', apply: () => void log.push('undo b') },
      },
      ...steps(log, 'c!'),
    ];
    await expect(applyPlan(plan)).rejects.toThrow('c failed');
    expect(log).toEqual(['a', 'b', 'c', 'undo b']);
  });

  it('goes on undoing past failures, and tells of all of them and of the first', async () => {
    const log: string[] = [];
    const failure = await caught(applyPlan(steps(log, 'a?', 'b', 'c?', 'd!')));
    expect(log).toEqual(['a', 'b', 'c', 'd', 'undo c', 'undo b', 'undo a']);
    expect(failure).toBeInstanceOf(UndoError);
    expect(failure).toMatchObject({
      message: 'cannot undo what was done: undo c failed; undo a failed; undone because: d failed',
      cause: new Error('d failed'),
      errors: [new Error('undo c failed'), new Error('undo a failed')],
    });
  });

  it('undoes also the step that it could not tell of', async () => {
    const log: string[] = [];
    const deaf = () => {
      throw new Error('not listening');
    };
    await expect(applyPlan(steps(log, 'a', 'b'), deaf)).rejects.toThrow('not listening');
    expect(log).toEqual(['a', 'undo a']);
  });
});

describe('tearDown', () => {
  it('applies every step, also after failures, and undoes nothing', async () => {
    const log: string[] = [];
    const told: string[] = [];
    const failure = await caught(
      tearDown('web', steps(log, 'a!', 'b', 'c!', 'd'), ({ name }) => told.push(name)),
    );
    expect([log, told]).toEqual([
      ['a', 'b', 'c', 'd'],
      ['b', 'd'],
    ]);
    expect(failure).toBeInstanceOf(TeardownError);
    expect(failure).toMatchObject({
      message: 'cannot take down web: a failed; c failed',
      errors: [new Error('a failed'), new Error('c failed')],
    });
  });

  it('throws a single failure as it is', async () => {
    await expect(tearDown('web', steps([], 'a', 'b!', 'c'))).rejects.toThrow(/^b failed$/);
    await tearDown('web', []);
  });
});
