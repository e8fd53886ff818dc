import type { IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { isTsnetError } from '@tsnet/errors';
import { RemoteError, UnreachableError } from './errors.ts';
import { readAnswer } from './read-answer.ts';
import type { HttpRequest } from './request.ts';
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
  const ended = signal === undefined ? transport.closed : AbortSignal.any([signal, transport.closed]);
  const request = (last: string | undefined): HttpRequest => {
    const resumed: Record<string, string> = last === undefined ? {} : { 'last-event-id': last };
    return { method: 'GET', path, headers: { accept: 'text/event-stream', ...resumed }, body: undefined };
  };
  let last = after;
  let isConnected = false;
  while (!ended.aborted) {
    try {
      const response = await transport.send(request(last), ended, true);
      const { statusCode: status = 0 } = response;
      if (status !== 200)
        readAnswer(transport.name, { method: 'GET', path }, { status, text: await textOf(response) });
      isConnected = true;
      for await (const { id, event } of eventsIn(response)) {
        last = id;
        if (event !== undefined) yield event;
      }
    } catch (error) {
      if (ended.aborted) return;
      // A daemon that starts again is back in a moment; one that was never there is an error.
      const isPassing = !isTsnetError(error) || (error instanceof RemoteError && error.status === 503);
      if (!isPassing) throw error;
      if (!isConnected) throw new UnreachableError(transport.name, error as NodeJS.ErrnoException);
    }
    await setTimeout(PAUSE, undefined, { signal: ended }).catch((error: unknown) => {
      if (!ended.aborted) throw error;
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
