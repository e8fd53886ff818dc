/** The options that every command has, as they were typed. */
export interface GlobalOptions {
  readonly stateDir?: string;
  readonly socket?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Where the state is kept unless `--state-dir` says otherwise. */
export const defaultStateDirectory = '/var/lib/tsnet';
