import { isName } from './wire/name-key.ts';

/** The domain in which every network of a host has one of its own. */
export const hostDomain = 'tsnet.internal';

/**
 * The domain in which the names of a network lie: `demo.tsnet.internal`.
 *
 * @param id - stands in for a name that no domain can have.
 */
export function networkDomain({ name, id }: { readonly name: string; readonly id: string }): string {
  const domain = `${name}.${hostDomain}`.toLowerCase();
  return isName(domain) ? domain : `${id}.${hostDomain}`;
}
