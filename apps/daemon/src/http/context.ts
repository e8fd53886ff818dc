import type { OperationName } from '@tsnet/api';
import type { Records } from '@tsnet/service/records';
import type { EventFeed } from '../events/event-feed.ts';
import type { HostThread } from '../host-thread/host-thread.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** What requests are answered with. */
export interface HttpContext {
  readonly records: Records;
  readonly host: HostThread;
  readonly feed: EventFeed;
  readonly metrics: Metrics;
  /** Fires when the daemon goes. */
  readonly stopping: AbortSignal;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The operation that it asks for. */
    operation: OperationName | 'events' | undefined;
    /** `ok`, or the kind of error that it was answered with. */
    outcome: string;
  }
}
