import type { Labels } from '@tsnet/core';
import type { Difference } from './plan.ts';

/** A difference, unless the texts are the same. */
export function differenceOf(field: string, is: string, wanted: string): readonly Difference[] {
  return is === wanted ? [] : [{ field, is, wanted }];
}

/** The labels that are not as wanted. */
export function diffLabels(is: Labels, wanted: Labels): readonly Difference[] {
  const keys = [...new Set([...Object.keys(is), ...Object.keys(wanted)])].sort();
  return keys.flatMap((key) => differenceOf(`labels.${key}`, textOf(is, key), textOf(wanted, key)));
}

/** `mtu is 1400 instead of 1500`. */
export function formatDifference({ field, is, wanted }: Difference): string {
  return `${field} is ${is} instead of ${wanted}`;
}

function textOf(labels: Labels, key: string): string {
  return Object.hasOwn(labels, key) ? JSON.stringify(labels[key]) : 'none';
}
