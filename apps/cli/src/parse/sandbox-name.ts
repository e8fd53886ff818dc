import { parseNetnsRef } from '@tsnet/netns/ref';
import { InvalidValueError } from '../errors.ts';

/**
 * Reads the name of a namespace under /run/netns.
 *
 * @throws {@link InvalidNetnsRefError} for what can be no name, {@link InvalidValueError} for a path or process.
 */
export function parseSandboxName(text: string): string {
  const ref = parseNetnsRef(text);
  if (ref.kind === 'name') return ref.name;
  throw new InvalidValueError(
    'NAME',
    text,
    'it is a path or a process',
    'Give a name, as `tsnet netns ls` lists them.',
  );
}
