/** The place of an event: the revision of the commit that it tells of, and which of that one's events it is. */
export interface EventPlace {
  readonly revision: number;
  readonly index: number;
}

/** A place as the API shows it: `4711.0`. */
export function formatEventId({ revision, index }: EventPlace): string {
  return `${revision}.${index}`;
}

/** Reads what {@link formatEventId} wrote; undefined for anything else. */
export function parseEventId(text: string): EventPlace | undefined {
  const [, revision, index] = /^(\d{1,15})\.(\d{1,9})$/.exec(text) ?? [];
  if (revision === undefined || index === undefined) return undefined;
  return { revision: Number(revision), index: Number(index) };
}

/** Whether a place comes behind another one. */
export function isBehind(a: EventPlace, b: EventPlace): boolean {
  return a.revision > b.revision || (a.revision === b.revision && a.index > b.index);
}
