import type { IncomingMessage } from 'node:http';
import { problemMediaType, problemOf } from '@tsnet/api';
import { isTsnetError, type TsnetError } from '@tsnet/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpError, NoRouteError, UnexpectedError } from '../errors.ts';
import { HostError } from '../host-thread/host-thread.ts';

/** Answers every error with a problem (RFC 9457), and tells the log of defects. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => {
    return sendProblem(request, reply, new NoRouteError(request.method, request.url.split('?')[0] ?? ''));
  });
}

/** Answers a request with whatever was thrown. */
export async function answerError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const error = read(thrown);
  if (error.code === 'API_BODY_TOO_LARGE') await swallow(request.raw);
  if (error.kind === 'internal') {
    const stack = error instanceof HostError ? error.hostStack : undefined;
    request.log.error({ err: error.cause ?? error, ...(stack === undefined ? {} : { stack }) }, 'defect');
  }
  return sendProblem(request, reply, error);
}

/** Answers a request with what went wrong. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: TsnetError): FastifyReply {
  const problem = problemOf(error, request.id);
  reply.header('x-request-id', request.id);
  if (problem.status === 503) reply.header('retry-after', '1');
  request.outcome = error.kind;
  return reply
    .code(problem.status)
    .type(problemMediaType)
    .serializer((payload: unknown) => String(payload))
    .send(JSON.stringify(problem));
}

/** How much of a body that is too large is taken in, and for how long. */
const MOST_SWALLOWED = 64 << 20;
const SWALLOW_MS = 2_000;

/** Reads the rest of a body: whoever still writes when the connection ends may never see the answer. */
function swallow(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let length = 0;
    const timer = setTimeout(resolve, SWALLOW_MS);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    request.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > MOST_SWALLOWED) end();
    });
    request.once('end', end).once('close', end);
    request.resume();
  });
}

/** The error that is answered for whatever was thrown. */
function read(thrown: unknown): TsnetError {
  if (isTsnetError(thrown)) return thrown;
  const {
    code = '',
    message,
    statusCode = 500,
  } = thrown as {
    code?: string;
    message: string;
    statusCode?: number;
  };
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new HttpError(
        'API_BODY_TOO_LARGE',
        'its body is larger than this daemon takes',
        undefined,
        thrown,
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new HttpError(
        'API_MEDIA_TYPE',
        'its body is no JSON by its Content-Type',
        'Send it as application/json.',
        thrown,
      );
    default:
      return statusCode >= 500
        ? new UnexpectedError(thrown)
        : new HttpError(
            'API_INVALID_REQUEST',
            message.charAt(0).toLowerCase() + message.slice(1),
            undefined,
            thrown,
          );
  }
}
