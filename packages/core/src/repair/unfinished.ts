import { carryOut } from '../carry-out.ts';
import { type EngineContext, inSnapshot } from '../context.ts';
import type { Repair } from '../driver.ts';
import { isAbandoned } from '../journal/journal.ts';
import { listOperations, type Operation, type OperationKind } from '../journal/operation.ts';
import { listNetworks } from '../operations/queries.ts';
import { finish } from '../operations/recover.ts';
import { sandboxSubject } from '../operations/sandboxes.ts';
import type { Repaired } from './reconcile.ts';

/** What there is to end of operations that nobody is at any more. */
export async function surveyUnfinished(context: EngineContext): Promise<readonly Repair[]> {
  return inSnapshot(context, async (tx) => {
    const operations = (await listOperations(tx)).filter(
      // A repair that was cut short has left what the next look finds.
      (operation) => operation.kind !== 'repair' && isAbandoned(context, operation),
    );
    if (operations.length === 0) return [];
    const names = new Map((await listNetworks(tx)).map(({ id, name }) => [id, name]));
    return operations.map((operation) => {
      const subject = thingOf(operation, names);
      const end = () => finish(context, operation);
      return {
        subject,
        problem: `its ${nouns[operation.kind]} ${operation.process === '' ? 'failed, and could not be undone' : 'was cut short'}`,
        owner: operation.subject,
        isLeftover: false,
        plan: [{ name: 'end-operation', subject, isRehearsable: true, apply: end }],
      };
    });
  });
}

/** Ends operations that nobody is at any more, and goes on past failures. */
export async function endUnfinished(context: EngineContext): Promise<readonly Repaired[]> {
  const outcomes: Repaired[] = [];
  for (const { subject, problem, owner, plan } of await surveyUnfinished(context)) {
    let failure: unknown;
    try {
      await carryOut(context, plan);
    } catch (error) {
      failure = error;
    }
    outcomes.push({ subject, problem, owner, failure });
  }
  return outcomes;
}

const nouns: Readonly<Record<OperationKind, string>> = {
  'create-network': 'creation',
  'delete-network': 'deletion',
  connect: 'connection',
  disconnect: 'disconnection',
  publish: 'publishing of ports',
  unpublish: 'closing of ports',
  'delete-sandbox': 'deletion',
  'hold-sandbox': 'use by a process',
  repair: 'repair',
};

function thingOf({ kind, subject }: Operation, names: ReadonlyMap<string, string>): string {
  switch (kind) {
    case 'create-network':
    case 'delete-network':
      return `network ${names.get(subject) ?? subject}`;
    case 'delete-sandbox':
    case 'hold-sandbox':
      return `sandbox ${subject.slice(sandboxSubject('').length)}`;
    default:
      return `endpoint ${subject}`;
  }
}
