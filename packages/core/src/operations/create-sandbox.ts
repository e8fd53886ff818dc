import { netnsCookie } from '@tsnet/linux';
import { NetnsExistsError } from '@tsnet/netns';
import { carryOut } from '../carry-out.ts';
import { type EngineContext, inTransaction } from '../context.ts';
import { begin, giveUp, isAbandoned, whenFree } from '../journal/journal.ts';
import { endOperation } from '../journal/operation.ts';
import type { Step } from '../plan.ts';
import { sandboxSubject } from './sandboxes.ts';

/** How a named namespace is made. */
export interface CreateSandboxOptions {
  /** It goes with this process: if that ends without deleting it, whoever comes next does. */
  readonly held?: boolean;
  /** The id of the process that it goes with when it is held: this one by default. */
  readonly holder?: number;
}

/** Makes a named namespace, up to a loopback that is down. */
export function createSandbox(
  context: EngineContext,
  name: string,
  { held = false, holder }: CreateSandboxOptions = {},
): Promise<void> {
  if (held) return createHeldSandbox(context, name, context.host.process.of(holder));
  return carryOut(context, [createStep(context, name, () => context.sandboxes.create(name).close())]);
}

/**
 * The namespace is on record before it has its name, and by what tells it from every other: so there is no moment at
 * which nobody would take it down, nor can one of somebody else's that gets the name meanwhile be taken for it.
 */
async function createHeldSandbox(context: EngineContext, name: string, process: string): Promise<void> {
  const { host, sandboxes } = context;
  using taken = sandboxes.find({ kind: 'name', name });
  if (taken !== undefined) throw new NetnsExistsError(name);
  using netns = sandboxes.createUnnamed();
  const plan = [createStep(context, name, () => sandboxes.name(netns, name))];
  const subject = sandboxSubject(name);
  const sandboxKey = host.netnsKey(netnsCookie(host.linux, netns.fd));
  const spec = { kind: 'hold-sandbox', subject, plan, sandboxKey, process } as const;
  await whenFree(() =>
    inTransaction(context, (tx) => begin(context, tx, spec, (other) => isAbandoned(context, other))),
  );
  try {
    await carryOut(context, plan);
  } catch (error) {
    await giveUp(context, spec, error, async (tx) => endOperation(tx, subject));
  }
}

function createStep({ sandboxes }: EngineContext, name: string, create: () => void): Step {
  return {
    name: 'create-netns',
    subject: name,
    isRehearsable: true,
    apply: create,
    undo: { name: 'delete-netns', apply: () => void sandboxes.delete(name) },
  };
}
