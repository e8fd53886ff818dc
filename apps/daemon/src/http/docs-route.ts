import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance } from 'fastify';

/** Adds the pages that show the API, which are loaded when the first is asked for. */
export function addDocs(app: FastifyInstance, describe: () => object): void {
  let pages: Promise<FastifyInstance> | undefined;
  for (const url of ['/docs', '/docs/*']) {
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      pages ??= openPages(describe());
      const { routing } = await pages;
      reply.hijack();
      routing(request.raw, reply.raw);
    });
  }
}

async function openPages(description: object): Promise<FastifyInstance> {
  const { default: swaggerUi } = await import('@fastify/swagger-ui');
  const app = fastify();
  await app.register(swagger, { mode: 'static', specification: { document: description as never } });
  await app.register(swaggerUi, { routePrefix: '/docs' });
  await app.ready();
  return app;
}
