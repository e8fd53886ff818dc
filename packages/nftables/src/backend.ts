import type { LibnftablesResult, Linux } from '@tsnet/linux';

/** One way to hand text to nftables. */
export interface Backend {
  readonly name: 'libnftables' | 'nft';
  /** Runs commands as one transaction. */
  apply(commands: string): LibnftablesResult;
  /** Runs one command that lists, and prints JSON with handles and plain numbers. */
  list(command: string): LibnftablesResult;
  close(): void;
}

/** Where a backend works. */
export interface Place {
  readonly linux: Linux;
  /** Undefined: where the thread is. */
  readonly netns: number | undefined;
}
