import { describe, expect, it } from 'vitest';
import { describeKernel, missingCapabilities } from '../../src/kernel.ts';

let ran = false;
describeKernel('describeKernel', { needs: ['netns'] }, () => {
  it('runs its tests where everything they need is there', () => {
    ran = true;
    expect(missingCapabilities(['netns'])).toEqual([]);
  });
});

describe('missingCapabilities', () => {
  it('finds what this machine has', () => {
    expect(ran).toBe(true);
    expect(missingCapabilities(['netns', 'strace', 'tcpdump'])).toEqual([]);
  });

  it('names what is missing, in the order asked', () => {
    const { PATH } = process.env;
    process.env.PATH = '/nonexistent';
    try {
      expect(missingCapabilities(['nftables', 'strace'])).toEqual(['nftables', 'strace']);
    } finally {
      process.env.PATH = PATH;
    }
  });
});
