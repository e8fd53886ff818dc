import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AsyncInNetnsError, inNetns, inNewNetns, SystemCallError } from '../src/index.ts';
import { fakeLinux } from './fake-linux.ts';

const EPERM = 1;
const NETNS = 4711;

describe('inNetns', () => {
  it('enters, runs, returns, and passes the result on', () => {
    const { linux, journal } = fakeLinux();
    const result = inNetns(linux, NETNS, () => {
      journal.push('body');
      return 'result';
    });
    expect(result).toBe('result');
    expect(journal).toEqual(['enter 4711', 'body', 'return']);
  });

  it('runs where the thread is when no namespace is given', () => {
    const { linux, journal } = fakeLinux();
    expect(inNetns(linux, undefined, () => 'result')).toBe('result');
    expect(journal).toEqual([]);
  });

  it('returns also when the body throws', () => {
    const { linux, journal } = fakeLinux();
    expect(() =>
      inNetns(linux, NETNS, () => {
        throw new RangeError('inside');
      }),
    ).toThrow(RangeError);
    expect(journal).toEqual(['enter 4711', 'return']);
  });

  it.each([
    ['a promise', () => Promise.resolve(1)],
    // biome-ignore lint/suspicious/noThenProperty: what is awaited like a promise is one
    ['what can be awaited like one', () => ({ then: () => undefined })],
  ])('refuses a body that returns %s, and returns', (_, body) => {
    const { linux, journal } = fakeLinux();
    expect(() => inNetns<unknown>(linux, NETNS, body)).toThrow(AsyncInNetnsError);
    expect(journal).toEqual(['enter 4711', 'return']);
  });

  it('neither runs the body nor returns when the namespace cannot be entered', () => {
    const { linux, journal } = fakeLinux((step) => {
      if (step.startsWith('enter')) throw new SystemCallError('enter', 'a namespace', EPERM);
    });
    expect(() => inNetns(linux, NETNS, () => journal.push('body'))).toThrow(SystemCallError);
    expect(journal).toEqual([]);
  });

  it('keeps no file open', () => {
    const { linux } = fakeLinux();
    const files = readdirSync('/proc/self/fd').length;
    for (let count = 0; count < 100; count++) inNetns(linux, NETNS, () => count);
    expect(readdirSync('/proc/self/fd')).toHaveLength(files);
  });

  it('ends the process, and says why, when the thread cannot return', () => {
    const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    const program = `
      import { inNetns } from ${url('../src/index.ts')};
      import { fakeLinux } from ${url('./fake-linux.ts')};
      const { linux } = fakeLinux((step) => { if (step === 'return') throw new Error('no way back'); });
      inNetns(linux, ${NETNS}, () => 1);
      console.log('went on');
    `;
    const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    });
    expect(ended.signal).toBe('SIGABRT');
    expect(ended.stderr).toContain(
      'tsnet: the thread cannot return to its network namespace: Error: no way back',
    );
    expect(ended.stdout).toBe('');
  });
});

describe('inNewNetns', () => {
  it('makes a namespace, runs, and returns', () => {
    const { linux, journal } = fakeLinux();
    inNewNetns(linux, () => journal.push('body'));
    expect(journal).toEqual(['unshare', 'body', 'return']);
  });

  it('returns also when the body throws, and has not left when the namespace cannot be made', () => {
    const { linux, journal } = fakeLinux();
    expect(() =>
      inNewNetns(linux, () => {
        throw new RangeError('inside');
      }),
    ).toThrow(RangeError);
    expect(journal).toEqual(['unshare', 'return']);
    const refusing = fakeLinux((step) => {
      if (step === 'unshare') throw new SystemCallError('create', 'a namespace', EPERM);
    });
    expect(() => inNewNetns(refusing.linux, () => 'ran')).toThrow(SystemCallError);
    expect(refusing.journal).toEqual([]);
  });
});
