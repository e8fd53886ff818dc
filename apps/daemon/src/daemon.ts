import type { IncomingMessage, ServerResponse } from 'node:http';
import { SqliteStore } from '@tsnet/ipam';
import { openRecords } from '@tsnet/service/records';
import type { Logger } from 'pino';
import type { DaemonConfig } from './config/daemon-config.ts';
import { driftEvents } from './events/drift-events.ts';
import { logDrift } from './events/drift-log.ts';
import { EventFeed } from './events/event-feed.ts';
import { observeStore } from './events/observe-store.ts';
import { type HostThread, stateFileIn } from './host-thread/host-thread.ts';
import type { DriftNotice } from './host-thread/messages.ts';
import { createApp } from './http/create-app.ts';
import { fillGauges } from './metrics/fill-gauges.ts';
import { Metrics } from './metrics/metrics.ts';
import { Resources } from './resources.ts';

/** What a daemon is started with. */
export interface DaemonOptions extends Pick<DaemonConfig, 'stateDir' | 'metrics' | 'docs' | 'limits'> {
  /** The thread that has the engine of the same state directory; the daemon ends it. */
  readonly host: HostThread;
  readonly version: string;
  readonly log: Logger;
  /** Something without which it cannot go on has failed. */
  readonly onFailure: (error: unknown) => void;
}

/** The engine behind its API. */
export interface Daemon extends AsyncDisposable {
  /** Answers requests, from wherever they come. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Takes no more requests, ends streams of events, and lets what is under way end. */
  drain(): void;
}

/** Starts the API of an engine that was started in a thread of its own. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { host, stateDir, log, onFailure } = options;
  await using opened = new Resources();
  opened.use(host);
  let feed: EventFeed | undefined;
  const store = opened.use(
    observeStore(await SqliteStore.open(stateFileIn(stateDir)), (commit) => feed?.accept(commit)),
  );
  const records = openRecords(store);
  const stopping = new AbortController();
  const metrics = new Metrics((gauges) => fillGauges(gauges, records, () => host.traffic()));
  // It goes on: what it could not read now, it reads when the next thing happens.
  const tellFeed = (error: unknown) => log.error({ err: error }, 'events are late');
  feed = opened.use(await EventFeed.open(store, { onFailure: tellFeed, sync: () => host.ping() }));
  host.listen({
    onCommit: (commit) => feed?.accept(commit),
    onDrift: tellDrift,
    onRemark: (level, message) => log[level](message),
    onEnd: onFailure,
  });
  const context = { records, host, feed, metrics, stopping: stopping.signal };
  const { maxBodyBytes } = options.limits;
  const app = await createApp(context, { ...options, maxBodyBytes });
  opened.defer(() => app.close());
  await host.ready;

  // One after another, or what was repaired could be told of before it was found.
  let telling = Promise.resolve();
  function tellDrift(notice: DriftNotice): void {
    telling = telling
      .then(async () => {
        const events = await driftEvents(notice, records);
        for (const { type, data } of events) {
          metrics.drift.inc({ state: type.slice('drift.'.length) });
          log.warn(data, type);
        }
        await logDrift(store, events);
      })
      .catch((error: unknown) => log.error({ err: error }, 'an event of drift was lost'));
  }

  const resources = opened.move();
  return {
    handle: (request, response) => app.routing(request, response),
    drain: () => stopping.abort(),
    [Symbol.asyncDispose]: () => resources[Symbol.asyncDispose](),
  };
}
