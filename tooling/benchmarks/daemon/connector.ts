/** A sandbox that is to be connected. */
export interface ConnectRequest {
  readonly network: string;
  readonly sandbox: string;
  /** A TCP port of the host that leads to port 80 of the sandbox. */
  readonly hostPort: number | undefined;
}

/**
 * What connects sandboxes on a host of its own, in one way or another. A lane is one of several callers at once: a client
 * with a connection of its own where there is such a thing.
 */
export interface Connector {
  /** Makes a network with the addresses 10.INDEX.0.0/16; returns its name. */
  createNetwork(index: number): Promise<string>;
  /** Deletes it, with all endpoints. */
  deleteNetwork(name: string): Promise<void>;
  createSandbox(name: string, lane: number): Promise<void>;
  deleteSandbox(name: string, lane: number): Promise<void>;
  /** Returns what {@link disconnect} takes. */
  connect(request: ConnectRequest, lane: number): Promise<string>;
  disconnect(id: string, lane: number): Promise<void>;
  close(): Promise<void>;
}
