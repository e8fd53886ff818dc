import { join } from 'node:path';
import { progress } from '../shared/progress.ts';
import { Remote } from '../shared/remote.ts';
import { reasonOf } from './reason.ts';

const inPrivateHost = join(import.meta.dirname, '../../testing/bin/in-private-host');
const withControlGroups = join(import.meta.dirname, 'with-control-groups');

/** Starts a subject program of this folder. */
export type StartSubject = (script: string, ...args: readonly string[]) => Remote;

/** Where subjects run. */
export interface Subjects {
  /** On a host of its own. */
  readonly onHost: StartSubject;
  /** On a host of its own that can hold containers. */
  readonly onDockerHost: StartSubject;
  /** Beside the process that measures: for clients, who only need a socket. */
  readonly beside: StartSubject;
}

/** Runs something with subjects, and ends those that it started, the last one first. */
export async function withSubjects<T>(run: (subjects: Subjects) => Promise<T>): Promise<T> {
  const started: Remote[] = [];
  const start =
    (prefix: readonly string[]): StartSubject =>
    (script, ...args) => {
      const remote = new Remote([...prefix, process.execPath, join(import.meta.dirname, script), ...args]);
      started.push(remote);
      return remote;
    };
  try {
    return await run({
      onHost: start([inPrivateHost]),
      onDockerHost: start([inPrivateHost, withControlGroups]),
      beside: start([]),
    });
  } finally {
    for (const remote of started.reverse()) {
      // What has failed to close must keep nobody else from it, nor hide why the run failed.
      await remote.close().catch((error: unknown) => progress(`  not closed: ${reasonOf(error)}`));
    }
  }
}

/** A daemon on a host of its own, which runs, with something that connects sandboxes by it. */
export async function startDaemon({
  onHost,
  beside,
}: Subjects): Promise<{ readonly daemon: Remote; readonly socket: string; readonly connector: Remote }> {
  const daemon = onHost('daemon-subject.ts');
  await daemon.call('start');
  const socket = await daemon.call<string>('socket');
  return { daemon, socket, connector: beside('connector-subject.ts', 'daemon', socket) };
}
