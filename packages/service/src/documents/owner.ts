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
