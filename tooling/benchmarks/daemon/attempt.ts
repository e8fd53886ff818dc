import { setTimeout } from 'node:timers/promises';
import { progress } from '../shared/progress.ts';
import { reasonOf } from './reason.ts';

/** What a part of the benchmark came to: its figures, or why there are none. */
export type Outcome<T> = { readonly figures: T } | { readonly failure: string } | undefined;

/** Namespaces that a part leaves behind are taken apart in the background: that must not burden the next one. */
const PAUSE_MS = 3000;

/** Measures one part; one that fails is told of, and the others are measured all the same. Undefined when it was left out. */
export async function attempt<T>(
  name: string,
  isWanted: boolean,
  measure: () => Promise<T>,
): Promise<Outcome<T>> {
  if (!isWanted) return undefined;
  const start = performance.now();
  progress(name);
  try {
    const figures = await measure();
    progress(`  ${((performance.now() - start) / 1000).toFixed(0)} s`);
    return { figures };
  } catch (error) {
    progress(`  failed: ${error instanceof Error ? error.message : error}`);
    return { failure: reasonOf(error) };
  } finally {
    await setTimeout(PAUSE_MS);
  }
}

/** The figures, if there are any. */
export function figuresOf<T>(outcome: Outcome<T>): T | undefined {
  return outcome !== undefined && 'figures' in outcome ? outcome.figures : undefined;
}
