/** All that `tsnetd` can be told, complete: what no file and no flag says has its default. */
export interface DaemonConfig {
  /** Absolute. */
  readonly stateDir: string;
  readonly socket: SocketConfig;
  /** Undefined: the API is on the unix socket only. */
  readonly tcp: TcpConfig | undefined;
  /** Drift is put right, not only reported. */
  readonly repair: boolean;
  readonly log: { readonly level: LogLevel };
  /** `/metrics` is served. */
  readonly metrics: boolean;
  /** The description of the API is served, with a page to read it on. */
  readonly docs: boolean;
  readonly limits: LimitsConfig;
  /** Seconds that running requests get to end when the daemon is stopped. */
  readonly drainTimeout: number;
}

/** The unix socket of the API. */
export interface SocketConfig {
  /** Absolute, at most 107 bytes. */
  readonly path: string;
  /** Permission bits, such as 0o660; none for others. */
  readonly mode: number;
  /** The group of the socket, where the host has it. */
  readonly group: string;
}

/** Where the API is served over TCP. */
export interface TcpConfig {
  /** An IP address; a loopback one where there is no TLS. */
  readonly host: string;
  /** 1 to 65535; 0 asks the kernel for a free one. */
  readonly port: number;
  /** Undefined: plain TCP. */
  readonly tls: TlsFiles | undefined;
}

/** Files in PEM by absolute path. */
export interface TlsFiles {
  /** The certificate of the daemon, with those between it and its CA. */
  readonly certificate: string;
  readonly key: string;
  /** The CAs whose clients are let in. */
  readonly clientCa: string;
}

/** What one client, or all of them together, may ask for. */
export interface LimitsConfig {
  readonly maxBodyBytes: number;
  /** Connections at a time, of each listener. */
  readonly maxConnections: number;
  /** Seconds within which a request has to be there as a whole. */
  readonly requestTimeout: number;
}

/** What is logged: this level and the more serious ones. */
export type LogLevel = (typeof logLevels)[number];

/** From the most talkative to none. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Read where it exists and no other file is named. */
export const defaultConfigFile = '/etc/tsnet/tsnetd.toml';
