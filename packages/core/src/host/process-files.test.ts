import { closeSync, existsSync, openSync } from 'node:fs';
import type { Linux } from '@tsnet/linux';
import { describe, expect, it } from 'vitest';
import { ProcessFiles } from './process-files.ts';

describe('ProcessFiles', () => {
  it('reads in an instance of its own, renewed now and then, until it is closed', () => {
    const opened: number[] = [];
    const openFileSystem = () => {
      opened.push(openSync('/proc', 'r'));
      return opened.at(-1) ?? -1;
    };
    const files = new ProcessFiles({ openFileSystem, close: closeSync } as Partial<Linux> as Linux, '/proc');
    const directories = Array.from({ length: 65 }, () => files.directory());
    expect(new Set(directories)).toEqual(new Set(opened.map((fd) => `/proc/self/fd/${fd}`)));
    expect(opened).toHaveLength(2);
    files.close();
    files.close();
    expect([files.directory(), opened.length]).toEqual(['/proc', 2]);
    expect(opened.map((fd) => existsSync(`/proc/self/fd/${fd}`))).toEqual([false, false]);
  });
});
