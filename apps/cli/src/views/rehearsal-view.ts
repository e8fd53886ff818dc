import type { PlannedStep } from '@tsnet/core';
import { printable } from '../output/printable.ts';

/** In JSON, what a change would do, with what it would print. */
export function rehearsalDocument(steps: readonly PlannedStep[], result: unknown) {
  return {
    dryRun: true,
    steps: steps.map(({ name, subject, undo }) => ({ name, subject, undo: undo ?? null })),
    result,
  };
}

/** What a change would do, one step a line, with what it would print. */
export function rehearsalText(command: string, steps: readonly PlannedStep[], result: string): string {
  const width = Math.max(...steps.map(({ name }) => name.length));
  return [
    `${command}: ${countText(steps.length)}, nothing is done`,
    ...steps.map((step) => printable(`  ${stepText(step, width)}`)),
    'it would say:',
    ...result.split('\n').map((line) => `  ${line}`),
  ].join('\n');
}

function countText(count: number): string {
  if (count === 0) return 'no steps in the kernel';
  return `${count} ${count === 1 ? 'step' : 'steps'} to do`;
}

function stepText({ name, subject, undo }: PlannedStep, width: number): string {
  return `${name.padEnd(width)}  ${subject}${undo === undefined ? '' : `  (undo: ${undo})`}`;
}
