import { StoreCorruptError, type StoreValue, type Transaction } from '@tsnet/ipam';
import { formatPortSpec, type PortSpec, parsePortSpec } from '../model/port.ts';
import { keys, lastPart } from '../records/keys.ts';
import { SubjectBusyError } from './errors.ts';

/** What an operation does; it decides how one that was cut short is ended. */
export type OperationKind =
  | 'create-network'
  | 'delete-network'
  | 'connect'
  | 'disconnect'
  | 'publish'
  | 'unpublish'
  | 'delete-sandbox'
  | 'hold-sandbox'
  | 'repair';

/** An operation that has begun and has not been ended. */
export interface Operation {
  /** What it changes, alone: the id of a network or an endpoint, or `sandbox:` and a name. */
  readonly subject: string;
  readonly kind: OperationKind;
  /** Who carries it out: see {@link ProcessIdentity}. Empty when it failed, and could not be undone. */
  readonly process: string;
  /** Milliseconds since the epoch. */
  readonly begunAt: number;
  /** The steps that it applies: `create-veth tsv… to eth0 of box`. */
  readonly steps: readonly string[];
  /** The ports that it opens or closes. */
  readonly ports: readonly PortSpec[];
  /** The namespace that a sandbox's name led to when it began. */
  readonly sandboxKey?: string | undefined;
}

/**
 * Puts on record what is about to be done, in the transaction that makes room for it.
 *
 * @throws {@link SubjectBusyError} when another operation on the subject has not been ended.
 */
export async function beginOperation(tx: Transaction, operation: Operation): Promise<void> {
  const current = await findOperation(tx, operation.subject);
  if (current !== undefined) throw new SubjectBusyError(operation, current);
  putOperation(tx, operation);
}

/** Puts on record what is under way, whatever was before. */
export function putOperation(tx: Transaction, { subject, ports, ...rest }: Operation): void {
  tx.put(keys.operation(subject), JSON.stringify({ ...rest, ports: ports.map(formatPortSpec) }));
}

/** Takes an operation off the record, in the transaction that makes its outcome final. */
export function endOperation(tx: Transaction, subject: string): void {
  tx.delete(keys.operation(subject));
}

export async function findOperation(tx: Transaction, subject: string): Promise<Operation | undefined> {
  const key = keys.operation(subject);
  const value = await tx.get(key);
  return value === undefined ? undefined : decodeOperation(key, value);
}

/** Every operation that has not been ended. */
export async function listOperations(tx: Transaction): Promise<readonly Operation[]> {
  const entries = await tx.list(keys.operations());
  return entries.map(({ key, value }) => decodeOperation(key, value));
}

function decodeOperation(key: string, value: StoreValue): Operation {
  const subject = lastPart(key);
  try {
    const { ports, ...rest } = JSON.parse(String(value));
    return { ...rest, subject, ports: ports.map(parsePortSpec) };
  } catch (cause) {
    throw new StoreCorruptError(
      'read operation',
      subject,
      'its record is damaged',
      'Restore the store from a copy.',
      cause,
    );
  }
}
