import type { EngineContext } from '../../context.ts';
import type { Repair, SurveyScope } from '../../driver.ts';
import { textOf } from '../reconcile.ts';
import { type SurveyView, survey } from '../survey.ts';
import { readStandings, type Standing } from './standing.ts';

/**
 * What is wrong, and not merely being changed: a record is other than `ready`, or an operation is on record, before the kernel
 * is told of a change, and until it has carried it out. So what is found between two readings of a record that are the
 * same is damage.
 *
 * @param before - how the owners that the scope names stood before.
 */
export async function look(
  context: EngineContext,
  view: SurveyView,
  before: ReadonlyMap<string, Standing>,
): Promise<readonly Repair[]> {
  const { scope } = view;
  let found = await survey(context, view);
  if (found.length === 0) return [];
  let standings = before;
  const owners = [...new Set(found.flatMap(({ owner }) => owner ?? []))];
  if (owners.some((owner) => !before.has(owner)) || found.some(isUncertain)) {
    standings = await readStandings(context, owners);
    const texts = new Set(found.map(textOf));
    const again = await survey(context, {
      scope: narrowed(scope, owners),
      looksInside: (id) => owners.includes(id),
    });
    found = again.filter((repair) => texts.has(textOf(repair)));
  }
  const after = await readStandings(context, owners);
  return found.filter((repair) => isUncertain(repair) || isSettled(repair.owner, standings, after));
}

/** No record says whether it is being changed. */
function isUncertain({ owner, isLeftover }: Repair): boolean {
  return owner === undefined || isLeftover;
}

/** Of a look at all, what is left over can be told by a look at all alone. */
function narrowed(scope: SurveyScope | undefined, owners: readonly string[]): SurveyScope | undefined {
  return (
    scope && { owners: new Set(owners.filter((owner) => scope.owners.has(owner))), shared: scope.shared }
  );
}

function isSettled(
  owner: string | undefined,
  before: ReadonlyMap<string, Standing>,
  after: ReadonlyMap<string, Standing>,
): boolean {
  if (owner === undefined) return true;
  const [then, now] = [before.get(owner), after.get(owner)];
  return then?.is === 'ready' && now?.is === 'ready' && then.text === now.text;
}
