import type { LibnftablesResult, Linux } from '@tsnet/linux';

/** One way to hand text to nftables. */
export interface Backend {
  readonly name: 'libnftables' | 'nft';
  /** Runs commands as one transaction; `json` asks for listings as JSON, with handles and plain numbers. */
  execute(commands: string, json: boolean): LibnftablesResult;
  close(): void;
}

/** Where a backend works. */
export interface Place {
  readonly linux: Linux;
  /** Undefined: where the thread is. */
  readonly netns: number | undefined;
}
