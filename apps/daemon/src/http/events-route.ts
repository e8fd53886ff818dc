import { EventDocument, eventTypes } from '@tsnet/api/schemas';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { EventsLostError, HttpError } from '../errors.ts';
import type { Told } from '../events/translator.ts';
import type { HttpContext } from './context.ts';
import { problemAnswer } from './operation-routes.ts';
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
        default: problemAnswer,
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

function startOf({ feed }: HttpContext, text: string | undefined): number {
  const { end } = feed;
  if (text === undefined || text === '') return end;
  if (!/^\d{1,15}$/.test(text)) {
    throw new HttpError('API_INVALID_REQUEST', `${JSON.stringify(text)} is no id of an event`);
  }
  // From another state, or a future.
  if (Number(text) > end) throw new EventsLostError(text);
  return Number(text);
}

function wantedBy({ types, network }: { readonly types?: string; readonly network?: string }) {
  const wanted = types === undefined ? undefined : new Set(types.split(',').map(readType));
  return ({ type, network: concerned }: Told): boolean => {
    const isType = wanted === undefined || wanted.has(type) || wanted.has(type.split('.')[0] ?? '');
    return isType && (network === undefined || concerned === undefined || network === concerned);
  };
}

function readType(text: string): string {
  const type = text.trim();
  if (eventTypes.some((known) => known === type || known.startsWith(`${type}.`))) return type;
  throw new HttpError('API_INVALID_REQUEST', `there are no events of type ${JSON.stringify(type)}`);
}

async function stream(
  { feed, stopping, metrics }: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  after: number,
  isWanted: (event: Told) => boolean,
): Promise<void> {
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, stopping]);
  await feed.check(after);
  const events = feed.follow(after, signal);
  reply.hijack();
  const { raw } = reply;
  request.raw.socket.on('close', () => gone.abort());
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-request-id': request.id,
  });
  let last = after;
  const mark = () => void raw.write(`event: mark\nid: ${last}\ndata: {}\n\n`);
  // Whoever is cut off before the first event can resume as well.
  mark();
  const marking = setInterval(mark, MARK_INTERVAL_MS);
  metrics.subscribers.inc();
  try {
    for await (const { revision, events: told } of events) {
      const wanted = told.filter(isWanted);
      // Only with the last one of a commit has all of it been told.
      const ids = wanted.map((_, index) => (index === wanted.length - 1 ? revision : last));
      last = revision;
      const text = wanted.map((event, index) => eventText(event, ids[index] ?? last)).join('');
      if (text !== '' && !raw.write(text)) await drained(raw, signal);
    }
  } finally {
    metrics.subscribers.dec();
    clearInterval(marking);
    raw.end();
  }
}

function eventText({ type, data }: Told, id: number): string {
  return `event: ${type}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
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
