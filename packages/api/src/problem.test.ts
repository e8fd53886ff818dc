import { errorKinds, TsnetError } from '@tsnet/errors';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { RemoteError } from './errors.ts';
import { problemOf } from './problem.ts';
import { ProblemDocument } from './schemas/problem.ts';

const errorOf = (kind: TsnetError['kind'], subject = 'web', code = 'CORE_SOMETHING') =>
  new TsnetError({ code, kind, operation: 'create network', subject, reason: 'it cannot be', hint: 'Wait.' });

describe('problemOf', () => {
  it.each(errorKinds)('tells an error of kind %s as the schema has it', (kind) => {
    const problem = problemOf(errorOf(kind), 'request-1');
    expect(Value.Errors(ProblemDocument, problem)).toEqual([]);
    expect(problem.status).toBeGreaterThanOrEqual(400);
    expect(problem).toMatchObject({ type: 'urn:tsnet:error:CORE_SOMETHING', instance: 'request-1', kind });
  });

  it('gives errors of HTTP their own status', () => {
    expect(problemOf(errorOf('conflict', '', 'API_PRECONDITION')).status).toBe(412);
    expect(problemOf(errorOf('conflict', '', 'API_KEY_REUSED')).status).toBe(422);
  });
});

describe('RemoteError', () => {
  it.each(['web', ''])('says what the daemon said, of subject %j', (subject) => {
    const error = errorOf('in-use', subject);
    const remote = new RemoteError(problemOf(error));
    expect(remote.message).toBe(error.message);
    expect(remote.toJSON()).toEqual(error.toJSON());
    expect(remote.reason).toBe('it cannot be');
  });
});
