import type { Invocation } from './invocation.ts';
import {
  type IpamSession,
  rehearse,
  type Session,
  type StoreOptions,
  withEngine,
  withIpam,
} from './session.ts';
import { rehearsalDocument, rehearsalText } from './views/rehearsal-view.ts';

/** What a command prints of its result. */
export interface Report {
  readonly document: unknown;
  readonly text: () => string;
}

/**
 * Carries out a change and prints its report, if there is one. With `--dry-run` it is rehearsed: what is printed is the
 * steps, with the same report. Returns what `body` does.
 */
export async function carryOut<T>(
  invocation: Invocation,
  body: (session: Session) => Promise<T>,
  report: (value: T) => Report | undefined,
  options: StoreOptions = {},
): Promise<T> {
  if (!invocation.dryRun) return print(invocation, await withEngine(invocation, body, options), report);
  const { result, steps } = await rehearse(invocation, body);
  return print(invocation, result, report, steps);
}

/** As {@link carryOut}, for a change of pools and leases: it has no part in the kernel, and so no steps. */
export async function carryOutOnPools<T>(
  invocation: Invocation,
  body: (session: IpamSession) => Promise<T>,
  report: (value: T) => Report | undefined,
  options: StoreOptions = {},
): Promise<T> {
  const value = await withIpam(invocation, body, options);
  return print(invocation, value, report, invocation.dryRun ? [] : undefined);
}

function print<T>(
  { command, output }: Invocation,
  value: T,
  report: (value: T) => Report | undefined,
  steps?: Parameters<typeof rehearsalText>[1],
): T {
  const said = report(value);
  if (said === undefined) return value;
  const { document, text } = said;
  if (steps === undefined) output.result(document, text);
  else output.result(rehearsalDocument(steps, document), () => rehearsalText(command, steps, text()));
  return value;
}
