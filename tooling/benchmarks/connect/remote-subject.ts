import { join } from 'node:path';
import { Remote } from '../shared/remote.ts';
import type { Sample, Subject, SystemCallShare, Teardown, TogetherWay } from './subject.ts';

const inPrivateHost = join(import.meta.dirname, '../../testing/bin/in-private-host');

/**
 * A subject in a process of its own, in a network and mount namespace of its own: a private host. Two such
 * subjects share the machine and nothing else.
 */
export class RemoteSubject implements Subject {
  readonly #remote: Remote;

  /** @param script - what the process runs: a file beside this one that calls `serve`. */
  constructor(script: string, ...args: readonly string[]) {
    this.#remote = new Remote([inPrivateHost, process.execPath, join(import.meta.dirname, script), ...args]);
  }

  grow(count: number): Promise<readonly Sample[]> {
    return this.#remote.call('grow', count);
  }

  round(burst: number, teardown: Teardown): Promise<readonly Sample[]> {
    return this.#remote.call('round', burst, teardown);
  }

  trace(count: number): Promise<SystemCallShare | undefined> {
    return this.#remote.call('trace', count);
  }

  takeAllDown(way: TogetherWay): Promise<number> {
    return this.#remote.call('takeAllDown', way);
  }

  close(): Promise<void> {
    return this.#remote.close();
  }
}
