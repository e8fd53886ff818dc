import type { StepDocument } from '@tsnet/api';
import { printable } from '../output/printable.ts';

/** In JSON, what a change would do, with what it would print. */
export function rehearsalDocument(steps: readonly StepDocument[], result: unknown) {
  return {
    dryRun: true,
    steps,
    result,
  };
}

/** What a change would do, one step a line, with what it would print. */
export function rehearsalText(command: string, steps: readonly StepDocument[], result: string): string {
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

function stepText({ name, subject, undo }: StepDocument, width: number): string {
  return `${name.padEnd(width)}  ${subject}${undo === null ? '' : `  (undo: ${undo})`}`;
}
