import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heaps of all threads near to what they hold. Left to itself, V8 lets the heap of a busy program grow to many times
 * that before it looks for what is not needed any more, and gives nothing back: that trades the host's memory for time which
 * a daemon has.
 */
export function limitHeap(): void {
  setFlagsFromString('--heap-growing-percent=50');
  setFlagsFromString('--semi-space-growth-factor=1');
}
