import { type Static, Type } from 'typebox';
import { EndpointDocument } from './endpoints.ts';
import { orNull } from './values.ts';

/** A sandbox that has a name, with its endpoints. */
export const SandboxDocument = Type.Object(
  {
    name: Type.String(),
    state: Type.Enum(['live', 'stale', 'no namespace']),
    endpoints: Type.Array(EndpointDocument),
  },
  { title: 'Sandbox' },
);
export type SandboxDocument = Static<typeof SandboxDocument>;

/** A step of a plan. */
export const StepDocument = Type.Object(
  {
    name: Type.String(),
    subject: Type.String(),
    undo: orNull(Type.String({ description: 'The step that takes it back.' })),
  },
  { title: 'Step' },
);
export type StepDocument = Static<typeof StepDocument>;

/** Something that is not as it should be. */
export const FindingDocument = Type.Object(
  {
    subject: Type.String(),
    problem: Type.String(),
    isLeftover: Type.Boolean({ description: 'Nothing on record wants it.' }),
    repair: Type.Array(Type.Object({ name: Type.String(), subject: Type.String() })),
  },
  { title: 'Finding' },
);
export type FindingDocument = Static<typeof FindingDocument>;

/** How the host is. */
export const StatusDocument = Type.Object(
  {
    findings: Type.Array(FindingDocument),
    networks: Type.Integer(),
    endpoints: Type.Integer(),
  },
  { title: 'Status' },
);
export type StatusDocument = Static<typeof StatusDocument>;
