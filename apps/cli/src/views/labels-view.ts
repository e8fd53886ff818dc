import type { Labels } from '@tsnet/core';

/** Labels in one line: `tier=web, zone=a`. */
export function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}
