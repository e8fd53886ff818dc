import { parseOwner } from '../documents/owner.ts';
import { EngineOwnerError } from '../errors.ts';

/**
 * An owner that is none of the engine's: what holds the address of an endpoint or a gateway ends with that alone, or the
 * address would be given out twice.
 *
 * @throws {@link EngineOwnerError}
 */
export function readForeignOwner(text: string): string {
  const { kind } = parseOwner(text);
  if (kind === 'other') return text;
  throw new EngineOwnerError(text, kind);
}
