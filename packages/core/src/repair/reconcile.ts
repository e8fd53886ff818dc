import { takeDown } from '../carry-out.ts';
import { type EngineContext, inTransaction } from '../context.ts';
import type { Finding, Repair, SurveyScope } from '../driver.ts';
import { begin, isAbandoned } from '../journal/journal.ts';
import { endOperation, findOperation } from '../journal/operation.ts';
import type { Plan } from '../plan.ts';
import { findEndpoint } from '../records/endpoint-record.ts';
import { findNetwork } from '../records/network-record.ts';
import { type SurveyView, survey } from './survey.ts';

/** How often what was repaired is looked at again: one repair may bring another to light. */
const ROUNDS = 4;

/** The subject of repairs that belong to no network or endpoint alone. */
const HOST = 'host';

/** What came of something that was found wrong. */
export interface Repaired extends Finding {
  /** Why it could not be put right. */
  readonly failure: unknown;
}

/** What of that which is found wrong is dealt with. */
export interface ReconcileOptions {
  /** Whether what bears tsnet's mark and is not on record is taken away; it is by default. */
  readonly removesStrangers?: boolean;
  /** What to look at; all by default. */
  readonly scope?: SurveyScope | undefined;
  /** What was found just now: looked for first by default. */
  readonly found?: readonly Repair[];
  /** See {@link SurveyView.givesWay}. */
  readonly givesWay?: boolean;
}

/**
 * Makes the kernel what is on record: what is missing comes back, what nothing wants goes. What another operation is at is
 * left to that.
 *
 * @returns what was found: first what was repaired, in that order, then what could not be.
 */
export async function reconcile(
  context: EngineContext,
  { removesStrangers = true, scope, found: foundBefore, givesWay = false }: ReconcileOptions = {},
): Promise<readonly Repaired[]> {
  const done: Repaired[] = [];
  let failed: readonly Repaired[] = [];
  // Sandboxes that nothing was wrong with at the first look are not looked into again.
  let looksInside: SurveyView['looksInside'];
  for (let round = 0; round < ROUNDS; round++) {
    // What comes back after it was repaired is somebody's doing; in a rehearsal, everything does.
    const repaired = new Set(done.map(textOf));
    const view = { scope, looksInside, givesWay };
    const all = round === 0 && foundBefore !== undefined ? foundBefore : await survey(context, view);
    const found = all.filter(
      (repair) => !repaired.has(textOf(repair)) && (removesStrangers || !isStranger(repair)),
    );
    // A failure over what is gone by now is none, as over a link that went with its namespace meanwhile.
    const left = new Set(found.map(textOf));
    failed = failed.filter((outcome) => left.has(textOf(outcome)));
    if (found.length === 0 || (failed.length > 0 && failed.length === found.length)) break;
    const outcomes = await applyAll(context, await confirmed(context, found, scope));
    // Others are at all that is left.
    if (outcomes.length === 0) break;
    done.push(...outcomes.filter(({ failure }) => failure === undefined));
    failed = outcomes.filter(({ failure }) => failure !== undefined);
    const owners = new Set(found.map(({ owner }) => owner));
    looksInside = (endpointId) => owners.has(endpointId);
  }
  return [...done, ...failed];
}

/**
 * What is left of repairs at a second look, if any of them takes something away. Records come before what they stand
 * for, and go after it: what has none at two looks is left over, and did not come in between.
 */
async function confirmed(
  context: EngineContext,
  found: readonly Repair[],
  scope: SurveyScope | undefined,
): Promise<readonly Repair[]> {
  if (!found.some(({ isLeftover }) => isLeftover)) return found;
  const seen = new Set(found.map(textOf));
  const owners = new Set(found.map(({ owner }) => owner));
  const again = await survey(context, { scope, looksInside: (endpointId) => owners.has(endpointId) });
  return again.filter((repair) => seen.has(textOf(repair)));
}

/** Whether something is left over that no record tells of. */
function isStranger({ isLeftover, plan }: Repair): boolean {
  return isLeftover && !givesUpEndpoint(plan);
}

/** Whether a repair gives an endpoint up whose sandbox is gone: it is on record. */
function givesUpEndpoint(plan: Plan): boolean {
  return plan.some(({ name }) => name === 'give-up-endpoint');
}

/** What tells a finding from others. */
export function textOf({ subject, problem }: Finding): string {
  return `${subject}: ${problem}`;
}

async function applyAll(context: EngineContext, repairs: readonly Repair[]): Promise<readonly Repaired[]> {
  const held = new Set<string>();
  const outcomes: Repaired[] = [];
  try {
    for (const repair of repairs) {
      const { subject, problem, owner, isLeftover, plan } = repair;
      const isOurs = isLeftover ? await isUnknown(context, repair) : await hold(context, owner ?? HOST, held);
      if (!isOurs) continue;
      let failure: unknown;
      try {
        await takeDown(context, subject, plan);
      } catch (error) {
        failure = error;
      }
      outcomes.push({ subject, problem, owner, failure });
    }
  } finally {
    await inTransaction(context, async (tx) => {
      for (const subject of held) endOperation(tx, subject);
    });
  }
  return outcomes;
}

/** Keeps others from changing a network or endpoint while it is repaired; false where they are at it. */
function hold(context: EngineContext, subject: string, held: Set<string>): Promise<boolean> {
  if (held.has(subject)) return Promise.resolve(true);
  return inTransaction(context, async (tx) => {
    const current = await findOperation(tx, subject);
    // One that nobody is at and that could not be ended is told of already, and stands in the way of this thing alone.
    if (current !== undefined && !(current.kind === 'repair' && isAbandoned(context, current))) return false;
    if (subject !== HOST) {
      const record = (await findEndpoint(tx, subject)) ?? (await findNetwork(tx, subject));
      if (record?.state !== 'ready') return false;
    }
    await begin(context, tx, { kind: 'repair', subject }, () => true);
    return true;
  }).then((isHeld) => {
    if (isHeld) held.add(subject);
    return isHeld;
  });
}

/** Whether a leftover is still nobody's. */
function isUnknown(context: EngineContext, { owner, plan }: Repair): Promise<boolean> {
  if (owner === undefined || givesUpEndpoint(plan)) return Promise.resolve(true);
  return inTransaction(context, async (tx) => {
    const record = (await findEndpoint(tx, owner)) ?? (await findNetwork(tx, owner));
    return record === undefined;
  });
}
