import type { Finding, SurveyScope } from '../../driver.ts';
import { textOf } from '../reconcile.ts';

/** What has been told, so that it is told once for as long as it is so. */
export class News {
  /** With how it was come by: only a look of the same kind can tell that it is over. */
  readonly #told = new Map<string, string>();

  /** Those that are to be told, of all that a look has found. */
  sift<Found extends Finding>(scope: SurveyScope | undefined, found: readonly Found[]): readonly Found[] {
    const texts = new Set(found.map(textOf));
    for (const [text, kind] of this.#told) {
      if (!texts.has(text) && hasLooked(scope, kind)) this.#told.delete(text);
    }
    const fresh = found.filter((finding) => !this.#told.has(textOf(finding)));
    for (const finding of fresh) this.#told.set(textOf(finding), kindOf(scope, finding));
    return fresh;
  }

  /** It is put right: when it comes again, it is news. */
  forget(finding: Finding): void {
    this.#told.delete(textOf(finding));
  }
}

const EVERYTHING = 'everything';
const SHARED = 'shared';

function kindOf(scope: SurveyScope | undefined, { owner }: Finding): string {
  if (scope === undefined) return EVERYTHING;
  return owner !== undefined && scope.owners.has(owner) ? owner : SHARED;
}

function hasLooked(scope: SurveyScope | undefined, kind: string): boolean {
  if (scope === undefined) return true;
  return kind === SHARED ? scope.shared : scope.owners.has(kind);
}
