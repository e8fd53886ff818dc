import { InvalidValueError } from '../errors.ts';

/** Who an owner is: the engine puts the kind before the id of what holds an address. */
export interface OwnerName {
  /** `endpoint`, `network` for its gateway, or `other` for whoever is no part of a network. */
  readonly kind: 'endpoint' | 'network' | 'other';
  /** Id of an endpoint, name of a network, or the whole text. */
  readonly id: string;
}

/** Reads whose name an owner is. */
export function parseOwner(owner: string): OwnerName {
  const [, kind, id] = /^(endpoint|network):(.*)$/s.exec(owner) ?? [];
  return kind === undefined || id === undefined
    ? { kind: 'other', id: owner }
    : { kind: kind as OwnerName['kind'], id };
}

/**
 * The owner that `--owner` names, which is none of the engine's: what holds the address of an endpoint or a
 * gateway ends with that alone, or the address would be given out twice.
 *
 * @throws {@link InvalidValueError}
 */
export function parseForeignOwner(text: string): string {
  const { kind, id } = parseOwner(text);
  if (kind === 'other') return text;
  const [holder, remedy] =
    kind === 'endpoint'
      ? ['its endpoints', 'tsnet network disconnect NETWORK SANDBOX']
      : ['its gateways', `tsnet network rm ${id}`];
  throw new InvalidValueError(
    '--owner',
    text,
    `under such names a network holds the addresses of ${holder}`,
    `Name another owner. Such an address is given back by: ${remedy}`,
  );
}
