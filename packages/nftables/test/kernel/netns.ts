import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { inNetns, inNewNetns, OWN_NETNS_PATH, openLinux } from '@tsnet/linux';
import { afterEach, beforeEach } from 'vitest';

/** The kernel, for every test of this folder. */
export const linux = openLinux();

/** A namespace for each test of the suite, and what the nft program sees in it. */
export function useNetns(): {
  readonly fd: number;
  nft(...args: string[]): string;
  json(...args: string[]): unknown[];
} {
  let fd = -1;
  beforeEach(() => {
    fd = inNewNetns(linux, () => openSync(OWN_NETNS_PATH, 'r'));
  });
  afterEach(() => closeSync(fd));
  const nft = (...args: string[]) =>
    inNetns(linux, fd, () =>
      execFileSync('nft', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  return {
    get fd() {
      return fd;
    },
    nft,
    json: (...args) => {
      const { nftables } = JSON.parse(nft('-j', ...args)) as { nftables: Record<string, unknown>[] };
      return nftables.filter((object) => !('metainfo' in object));
    },
  };
}
