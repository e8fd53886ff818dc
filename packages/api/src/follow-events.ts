import type { IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { AbortedError, RemoteError, UnexpectedAnswerError, UnreachableError } from './errors.ts';
import type { Event, EventType } from './schemas/events.ts';
import { type Transport, textOf } from './transport.ts';

/** Which events to follow, and from where. */
export interface EventFilter {
  /** Kinds of events, or what they are about: `endpoint.ready`, `endpoint`. All by default. */
  readonly types?: readonly (
    | EventType
    | 'network'
    | 'endpoint'
    | 'port'
    | 'pool'
    | 'lease'
    | 'reservation'
    | 'drift'
  )[];
  /** Only what concerns the network of that name. */
  readonly network?: string;
  /** The id of the last event that was seen; by default, what happens from now on. */
  readonly after?: string;
  /** Ends it, without an error. */
  readonly signal?: AbortSignal;
}

const PAUSE = 250;

/** Follows events, and connects again behind the last one when the connection ends. */
export async function* followEvents(
  transport: Transport,
  { types, network, after, signal }: EventFilter,
): AsyncGenerator<Event, void, undefined> {
  const query = new URLSearchParams({
    ...(types === undefined ? {} : { types: types.join(',') }),
    ...(network === undefined ? {} : { network }),
  }).toString();
  const path = query === '' ? '/v1/events' : `/v1/events?${query}`;
  let last = after;
  let isConnected = false;
  while (!signal?.aborted) {
    try {
      const headers = {
        accept: 'text/event-stream',
        ...(last === undefined ? {} : { 'last-event-id': last }),
      };
      const response = await transport.send({ method: 'GET', path, headers, body: undefined }, signal);
      if (response.statusCode !== 200) throw new RemoteError(JSON.parse(await textOf(response)));
      isConnected = true;
      for await (const { id, event } of eventsIn(response)) {
        last = id;
        if (event !== undefined) yield event;
      }
    } catch (error) {
      if (signal?.aborted) return;
      // A daemon that starts again is back in a moment; one that was never there is an error.
      if (error instanceof RemoteError && error.status !== 503) throw error;
      if (error instanceof SyntaxError)
        throw new UnexpectedAnswerError(transport.name, 'it is no JSON', error);
      if (!isConnected) throw new UnreachableError(transport.name, error as NodeJS.ErrnoException);
    }
    await setTimeout(PAUSE, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      if (!signal?.aborted) throw new AbortedError('events', error);
    });
  }
}

/** The events of one answer. What has an id and no data only says how far the stream has come. */
async function* eventsIn(response: IncomingMessage) {
  const { createParser } = await import('eventsource-parser');
  let arrived: { readonly id: string; readonly event: Event | undefined }[] = [];
  const parser = createParser({
    onEvent({ id = '', event, data }) {
      const isMark = event === 'mark';
      arrived.push({
        id,
        event: isMark ? undefined : ({ id, type: event, data: JSON.parse(data) } as Event),
      });
    },
  });
  response.setEncoding('utf8');
  for await (const piece of response) {
    parser.feed(piece);
    yield* arrived;
    arrived = [];
  }
}
