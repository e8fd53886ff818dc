import { randomUUID } from 'node:crypto';
import swagger from '@fastify/swagger';
import { operationTags } from '@tsnet/api';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { StoppingError } from '../errors.ts';
import type { HttpContext } from './context.ts';
import { addDocs } from './docs-route.ts';
import { addEvents } from './events-route.ts';
import { addOperations } from './operation-routes.ts';
import { answerError, answerProblems } from './problems.ts';

/** How requests are answered. */
export interface AppOptions {
  readonly log: Logger;
  readonly version: string;
  /** Bytes of the largest body. */
  readonly maxBodyBytes: number;
  readonly metrics: boolean;
  readonly docs: boolean;
}

/** The API over HTTP, not yet listening anywhere: `app.routing` answers requests. */
export async function createApp(context: HttpContext, options: AppOptions): Promise<FastifyInstance> {
  const { log, version, maxBodyBytes, metrics, docs } = options;
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    bodyLimit: maxBodyBytes,
    frameworkErrors: (thrown, request, reply) => answerError(thrown, request, reply),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: ({ headers }) => readRequestId(headers['x-request-id']) ?? randomUUID(),
    routerOptions: { maxParamLength: 8192 },
    // Schemas are checked where the operation is known, and answers are text already.
    exposeHeadRoutes: false,
  });
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (payload) => JSON.stringify(payload));
  // Text is no JSON, nor can a page of another origin send anything else unasked.
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('operation', undefined);
  app.decorateRequest('outcome', 'ok');
  answerProblems(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (context.stopping.aborted) throw new StoppingError();
  });
  app.addHook('onResponse', async (request, reply) => {
    const { operation = 'other', outcome } = request;
    const seconds = reply.elapsedTime / 1000;
    context.metrics.operations.inc({ operation, outcome });
    context.metrics.durations.observe({ operation }, seconds);
    const level = request.method === 'GET' ? 'debug' : 'info';
    request.log[level]({ operation, outcome, ms: Math.round(seconds * 1e6) / 1000 }, 'answered');
  });
  await describe(app, version);
  app.register((routes, _, done) => {
    addOperations(routes, context);
    addEvents(routes, context);
    routes.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
    routes.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
    if (docs) addDocs(routes, () => app.swagger());
    if (metrics) {
      routes.get('/metrics', { schema: { hide: true } }, async (_, reply) => {
        const text = await context.metrics.text();
        return reply.type(context.metrics.registry.contentType).send(text);
      });
    }
    done();
  });
  await app.ready();
  return app;
}

async function describe(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'tsnet',
        version,
        description: 'Networks, addresses and published ports for Linux network namespaces.',
      },
      tags: [...operationTags, 'events'].map((name) => ({ name })),
    },
  });
}

/** The id that a client has given, where it is fit for a log. */
function readRequestId(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w.-]{1,64}$/.test(header) ? header : undefined;
}
