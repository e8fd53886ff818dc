import { type EngineContext, inSnapshot, inTransaction } from '../context.ts';
import { attemptAll, throwTogether } from '../failures.ts';
import { isAbandoned } from '../journal/journal.ts';
import { endOperation, findOperation, listOperations, type Operation } from '../journal/operation.ts';
import { findNetwork } from '../records/network-record.ts';
import { deleteNetwork } from './delete-network.ts';
import { disconnectEndpoint } from './disconnect.ts';
import { closePorts } from './publish.ts';
import { finishSandbox, sandboxSubject } from './sandboxes.ts';

/**
 * Ends every operation whose process has ended before it, or that failed and could not be undone: what was being made
 * is taken back, since nobody was told that it is there; what was being taken away is gone afterwards.
 *
 * @returns the operations that were ended.
 * @throws what went wrong with the others; they stay on record.
 */
export async function recover(context: EngineContext): Promise<readonly Operation[]> {
  const operations = await inSnapshot(context, listOperations);
  const left = operations.filter((operation) => isAbandoned(context, operation));
  const failures = await attemptAll(left.map((operation) => () => finish(context, operation)));
  throwTogether('what was cut short', failures);
  return left;
}

/** Ends one of them. */
export async function finish(context: EngineContext, operation: Operation): Promise<void> {
  const { kind, subject, ports, sandboxKey } = operation;
  switch (kind) {
    case 'connect':
    case 'disconnect':
      await disconnectEndpoint(context, { id: subject }, { force: true });
      break;
    case 'create-network':
    case 'delete-network':
      if (await inSnapshot(context, (tx) => findNetwork(tx, subject)))
        await deleteNetwork(context, subject, { force: true });
      break;
    case 'publish':
    case 'unpublish':
      await closePorts(context, { id: subject }, ports);
      break;
    case 'delete-sandbox':
    case 'hold-sandbox':
      await finishSandbox(context, subject.slice(sandboxSubject('').length), sandboxKey);
      break;
    case 'repair':
      break;
  }
  // What is gone altogether has left nothing but this.
  await inTransaction(context, async (tx) => {
    const current = await findOperation(tx, subject);
    const isThis = current?.process === operation.process && current.begunAt === operation.begunAt;
    if (isThis) endOperation(tx, subject);
  });
}
