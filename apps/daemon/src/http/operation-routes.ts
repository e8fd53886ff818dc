import {
  type CallOptions,
  type Input,
  type OperationName,
  operationNames,
  problemMediaType,
  routeOf,
} from '@tsnet/api';
import { outputs, ProblemDocument } from '@tsnet/api/schemas';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { HttpError } from '../errors.ts';
import { answerOf, isTagged } from '../host-thread/answer.ts';
import type { CallAnswer } from '../host-thread/messages.ts';
import type { HttpContext } from './context.ts';
import { joinInput, requestSchemas } from './split-input.ts';
import { LazyValidator } from './validator.ts';

/** Adds a route for each operation of the API's table. */
export function addOperations(app: FastifyInstance, context: HttpContext): void {
  for (const name of operationNames) addOperation(app, context, name);
}

function addOperation(app: FastifyInstance, context: HttpContext, name: OperationName): void {
  const { method, path, tag, summary, creates = false } = routeOf(name);
  const { params, querystring, body } = requestSchemas(name);
  const inParams = params && new LazyValidator(params, true);
  const inQuery = new LazyValidator(querystring ?? nothing, true);
  const inBody = body && new LazyValidator(body, false);
  const status = creates ? 201 : 200;
  app.route({
    method,
    url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
    schema: {
      operationId: name,
      tags: [tag],
      summary,
      ...(params === undefined ? {} : { params }),
      ...(querystring === undefined ? {} : { querystring }),
      ...(body === undefined ? {} : { body }),
      headers: headersOf(name),
      response: { [status]: describedAnswer(name), ...unchanged(name), default: problemAnswer },
    },
    async handler(request, reply) {
      request.operation = name;
      const input = joinInput<typeof name>([
        inQuery.check(name, request.query),
        inBody?.check(name, request.body ?? {}),
        inParams?.check(name, request.params),
      ]);
      const answer = await carryOut(context, name, input, optionsOf(request));
      return send(request, reply, status, answer);
    },
  });
}

/** What is answered for an error, for the description. */
export const problemAnswer = {
  description: 'What went wrong',
  content: { [problemMediaType]: { schema: ProblemDocument } },
};

function describedAnswer(name: OperationName): object {
  const headers = isTagged(name)
    ? {
        headers: { etag: { schema: { type: 'string' }, description: 'For `If-Match` and `If-None-Match`.' } },
      }
    : {};
  const content = { 'application/json': { schema: outputs[name] as TSchema } };
  return { description: 'Done', ...headers, content };
}

function unchanged(name: OperationName): object {
  const isReading = routeOf(name).method === 'GET' && isTagged(name);
  return isReading ? { 304: { description: 'It is as `If-None-Match` says', type: 'null' } } : {};
}

const nothing = { type: 'object', additionalProperties: false, properties: {} } as unknown as TSchema;

/** What may stand in the head of a request, for its description. */
function headersOf(name: OperationName): object {
  const { creates, matches, method } = routeOf(name);
  return {
    type: 'object',
    properties: {
      ...(creates ? { 'idempotency-key': { type: 'string', maxLength: 256 } } : {}),
      ...(matches ? { 'if-match': { type: 'string' } } : {}),
      ...(method === 'GET' && isTagged(name) ? { 'if-none-match': { type: 'string' } } : {}),
    },
  };
}

function optionsOf({ headers }: FastifyRequest): CallOptions {
  const key = headers['idempotency-key'];
  if (key !== undefined && (typeof key !== 'string' || !/^[\x21-\x7e]{1,256}$/.test(key))) {
    throw new HttpError(
      'API_INVALID_REQUEST',
      'its Idempotency-Key is not 1 to 256 printable ASCII characters',
    );
  }
  return { idempotencyKey: key, ifMatch: headers['if-match'] };
}

async function carryOut<O extends OperationName>(
  context: HttpContext,
  name: O,
  input: Input<O>,
  options: CallOptions,
): Promise<CallAnswer> {
  const { records, host } = context;
  const { needs } = routeOf(name);
  if (needs === 'records') {
    const read = records[name as keyof typeof records] as (input: object) => Promise<object>;
    return answerOf(name, await read(input));
  }
  return host.call(name, input, options);
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  answer: CallAnswer,
): FastifyReply {
  const { body, etag } = answer;
  request.outcome = 'ok';
  if (etag !== undefined) {
    reply.header('etag', etag);
    if (request.method === 'GET' && request.headers['if-none-match'] === etag) return reply.code(304).send();
  }
  return reply
    .code(status)
    .type('application/json')
    .serializer((payload: unknown) => String(payload))
    .send(body);
}
