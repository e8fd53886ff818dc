import { setTimeout } from 'node:timers/promises';
import type { Transaction } from '@tsnet/ipam';
import { type EngineContext, inTransaction } from '../context.ts';
import { UndoError } from '../errors.ts';
import { attemptAll } from '../failures.ts';
import type { PortSpec } from '../model/port.ts';
import type { Plan } from '../plan.ts';
import { SubjectBusyError } from './errors.ts';
import {
  beginOperation,
  findOperation,
  type Operation,
  type OperationKind,
  putOperation,
} from './operation.ts';

/** How long an operation waits for another one on the same thing. */
const PATIENCE_MS = 10_000;

/** What an operation says of itself. */
export interface OperationSpec {
  readonly kind: OperationKind;
  readonly subject: string;
  readonly plan?: Plan;
  readonly ports?: readonly PortSpec[];
  readonly sandboxKey?: string | undefined;
  /** Whoever it ends with, see {@link ProcessIdentity}: this process by default. */
  readonly process?: string;
}

/**
 * Puts on record that this process begins an operation. One on the same subject that nobody will end gives way
 * when `takesOver` says that this operation covers whatever that one may have done.
 *
 * @throws {@link SubjectBusyError}
 */
export async function begin(
  context: EngineContext,
  tx: Transaction,
  spec: OperationSpec,
  takesOver: (current: Operation) => boolean = () => false,
): Promise<void> {
  const operation = operationOf(context, spec);
  const current = await findOperation(tx, spec.subject);
  if (current !== undefined && takesOver(current)) putOperation(tx, operation);
  else await beginOperation(tx, operation);
}

function operationOf(
  { host, now }: EngineContext,
  { kind, subject, plan = [], ports = [], sandboxKey, process = host.process.own }: OperationSpec,
): Operation {
  const steps = plan.map((step) => `${step.name} ${step.subject}`);
  return { kind, subject, process, begunAt: now(), steps, ports, sandboxKey };
}

/** Whether the process that began an operation has ended without ending it, or has given it up. */
export function isAbandoned({ host }: EngineContext, { process }: Operation): boolean {
  return !host.process.isAlive(process);
}

/** Whether this process began an operation. */
function isOwn({ host }: EngineContext, { process }: Operation): boolean {
  return process === host.process.own;
}

/** Gives up an operation that failed and could not be undone: whoever comes next may end it. */
export function abandon(context: EngineContext, subject: string): Promise<void> {
  return inTransaction(context, async (tx) => {
    const current = await findOperation(tx, subject);
    if (current !== undefined) putOperation(tx, { ...current, process: '' });
  });
}

/** As {@link abandon}, also when the last step has taken the operation off the record before it was to be undone. */
function abandonAgain(context: EngineContext, spec: OperationSpec): Promise<void> {
  return inTransaction(context, async (tx) => {
    const current = (await findOperation(tx, spec.subject)) ?? operationOf(context, spec);
    if (isOwn(context, current)) putOperation(tx, { ...current, process: '' });
  });
}

/**
 * Ends an operation that has failed, and throws why. What was undone is taken off the record; what could not be undone stays
 * there, given up, so that whoever comes next can take it away.
 */
export async function giveUp(
  context: EngineContext,
  spec: OperationSpec,
  error: unknown,
  forget: (tx: Transaction) => Promise<unknown>,
): Promise<never> {
  const [failure] = await attemptAll([
    async () => {
      if (error instanceof UndoError) await abandonAgain(context, spec);
      else await inTransaction(context, forget);
    },
  ]);
  throw failure === undefined ? error : new UndoError(error, [failure]);
}

/**
 * Runs `body`, again and again while other processes are at what it wants to change. One that holds a sandbox may do so for ever:
 * nobody waits for that.
 *
 * @throws {@link SubjectBusyError} when that takes longer than ten seconds.
 */
export async function whenFree<T>(body: () => Promise<T>): Promise<T> {
  const start = performance.now();
  for (;;) {
    try {
      return await body();
    } catch (error) {
      const waited = performance.now() - start;
      const isPassing = error instanceof SubjectBusyError && error.current.kind !== 'hold-sandbox';
      if (!isPassing || waited > PATIENCE_MS) throw error;
      await setTimeout(2 + waited / 8);
    }
  }
}
