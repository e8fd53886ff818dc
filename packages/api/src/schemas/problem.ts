import { errorKinds } from '@tsnet/errors';
import { type Static, Type } from 'typebox';

/** What went wrong: RFC 9457, with the error of tsnet. */
export const ProblemDocument = Type.Object(
  {
    type: Type.String({ description: 'A URI of the kind of error: `urn:tsnet:error:CODE`.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What failed, on what, and why.' }),
    instance: Type.Optional(Type.String({ description: 'The id of the request, as in the log.' })),
    code: Type.String({ examples: ['CORE_NETWORK_NOT_FOUND'] }),
    kind: Type.Enum([...errorKinds]),
    operation: Type.String(),
    subject: Type.String(),
    hint: Type.Optional(Type.String({ description: 'What to do about it.' })),
    problems: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
        description: 'Each field of the request that makes no sense.',
      }),
    ),
  },
  { title: 'Problem' },
);
export type ProblemDocument = Static<typeof ProblemDocument>;

/** What became of one of several things. */
export const FailureDocument = Type.Object({
  code: Type.String(),
  kind: Type.Enum([...errorKinds]),
  operation: Type.String(),
  subject: Type.String(),
  message: Type.String(),
  hint: Type.Optional(Type.String()),
});
export type FailureDocument = Static<typeof FailureDocument>;
