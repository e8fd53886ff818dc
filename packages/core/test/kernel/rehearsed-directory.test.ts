import { mkdtempSync } from 'node:fs';
import { openLinux } from '@tsnet/linux';
import {
  type NetnsDirectory,
  NetnsExistsError,
  NetnsNotFoundError,
  openNetnsDirectory,
  sameNetns,
} from '@tsnet/netns';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RehearsedDirectory } from '../../src/rehearsal/rehearsed-directory.ts';

describeKernel('a rehearsed directory of namespaces', { needs: ['netns'] }, () => {
  let real: NetnsDirectory;
  let rehearsed: RehearsedDirectory;
  const name = (text: string) => ({ kind: 'name', name: text }) as const;
  const namesOf = (directory: NetnsDirectory) => directory.list().map((entry) => entry.name);

  beforeEach(() => {
    real = openNetnsDirectory({ linux: openLinux(), runDirectory: mkdtempSync('/run/tsnet-rehearsed-') });
    real.create('old').close();
    rehearsed = new RehearsedDirectory(real, '/proc');
  });

  afterEach(() => {
    rehearsed.close();
    real.delete('old');
  });

  it('has what there is, and what is made in it, which nobody else sees', () => {
    using made = rehearsed.create('new');
    using found = rehearsed.open(name('new'));
    expect(sameNetns(found.identity, made.identity)).toBe(true);
    expect([namesOf(rehearsed), namesOf(real)]).toEqual([['new', 'old'], ['old']]);
    using old = rehearsed.open(name('old'));
    using same = real.open(name('old'));
    expect(sameNetns(old.identity, same.identity)).toBe(true);
  });

  it('refuses a name that is taken, there or in it', () => {
    rehearsed.create('new').close();
    for (const taken of ['old', 'new']) expect(() => rehearsed.create(taken)).toThrow(NetnsExistsError);
  });

  it('is without what is deleted in it, which stays for everybody else', () => {
    rehearsed.create('new').close();
    for (const gone of ['old', 'new']) {
      expect([rehearsed.delete(gone), rehearsed.delete(gone)]).toEqual([true, false]);
      expect(() => rehearsed.open(name(gone))).toThrow(NetnsNotFoundError);
      expect(rehearsed.find(name(gone))).toBeUndefined();
    }
    expect(rehearsed.delete('never')).toBe(false);
    expect([namesOf(rehearsed), namesOf(real)]).toEqual([[], ['old']]);
    rehearsed.create('old').close();
    expect(namesOf(rehearsed)).toEqual(['old']);
  });
});
