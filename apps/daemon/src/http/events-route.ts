import { EventDocument, ProblemDocument } from '@tsnet/api/schemas';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { EventsLostError, HttpError } from '../errors.ts';
import { type EventPlace, formatEventId, isBehind, parseEventId } from '../events/event-id.ts';
import type { PlacedEvent } from '../events/translator.ts';
import type { HttpContext } from './context.ts';
import { LazyValidator } from './validator.ts';

/** How often a silent stream says that it lives, and how far it has come. */
const MARK_INTERVAL_MS = 15_000;

const Query = Type.Object(
  {
    types: Type.Optional(
      Type.String({
        maxLength: 1000,
        description: 'Kinds of events, or what they are about, divided by commas: `endpoint.ready,drift`.',
      }),
    ),
    network: Type.Optional(Type.String({ maxLength: 256, description: 'Only what concerns this network.' })),
    after: Type.Optional(
      Type.String({ maxLength: 64, description: 'As `Last-Event-ID`, which comes first.' }),
    ),
  },
  { additionalProperties: false },
);

/** Adds the stream of events (server-sent events, as the HTML standard has them). */
export function addEvents(app: FastifyInstance, context: HttpContext): void {
  const query = new LazyValidator(Query, true);
  app.route({
    method: 'GET',
    url: '/v1/events',
    schema: {
      operationId: 'events',
      tags: ['events'],
      summary: 'Every change as it happens, as server-sent events; it resumes behind Last-Event-ID',
      querystring: Query,
      headers: { type: 'object', properties: { 'last-event-id': { type: 'string' } } },
      response: {
        200: { description: 'Events', content: { 'text/event-stream': { schema: EventDocument } } },
        default: ProblemDocument,
      },
    },
    async handler(request, reply) {
      request.operation = 'events';
      const filter = query.check('events', request.query) as {
        readonly types?: string;
        readonly network?: string;
        readonly after?: string;
      };
      const header = request.headers['last-event-id'];
      const after = startOf(context, typeof header === 'string' ? header : filter.after);
      await stream(context, request, reply, after, wantedBy(filter));
    },
  });
}

function startOf({ feed }: HttpContext, text: string | undefined): EventPlace {
  const { end } = feed;
  if (text === undefined || text === '') return end;
  const place = parseEventId(text);
  if (place === undefined) {
    throw new HttpError('API_INVALID_REQUEST', `${JSON.stringify(text)} is no id of an event`);
  }
  // From another state, or a future.
  if (place.revision > end.revision) throw new EventsLostError(text);
  return place;
}

function wantedBy({ types, network }: { readonly types?: string; readonly network?: string }) {
  const wanted = types === undefined ? undefined : new Set(types.split(',').map((type) => type.trim()));
  return ({ event, network: concerned }: PlacedEvent): boolean => {
    const isType =
      wanted === undefined || wanted.has(event.type) || wanted.has(event.type.split('.')[0] ?? '');
    return isType && (network === undefined || network === concerned);
  };
}

async function stream(
  { feed, stopping, metrics }: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  after: EventPlace,
  isWanted: (event: PlacedEvent) => boolean,
): Promise<void> {
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, stopping]);
  const events = feed.follow(after, signal);
  // What cannot be resumed is refused before the stream begins.
  const first = isBehind(feed.end, after) ? await events.next() : undefined;
  reply.hijack();
  const { raw } = reply;
  request.raw.socket.on('close', () => gone.abort());
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-request-id': request.id,
  });
  raw.flushHeaders();
  let last = after;
  const mark = setInterval(() => {
    raw.write(`event: mark\nid: ${formatEventId(last)}\ndata: {}\n\n`);
  }, MARK_INTERVAL_MS);
  metrics.subscribers.inc();
  try {
    for (let next = first ?? (await events.next()); !next.done; next = await events.next()) {
      const { event } = next.value;
      last = next.value;
      if (!isWanted(next.value)) continue;
      const text = `event: ${event.type}\nid: ${event.id}\ndata: ${JSON.stringify(event.data)}\n\n`;
      if (!raw.write(text)) await drained(raw, signal);
    }
  } finally {
    metrics.subscribers.dec();
    clearInterval(mark);
    raw.end();
  }
}

function drained(raw: FastifyReply['raw'], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      raw.off('drain', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    raw.once('drain', end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
