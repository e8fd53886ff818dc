import { type IpAddress, IpPrefix } from '@tsnet/inet';
import { MalformedAttributeError } from '../errors.ts';

/** Joins an address of an attribute and a length of a header. @throws {@link MalformedAttributeError} */
export function decodePrefix(address: IpAddress, length: number): IpPrefix {
  if (length > address.bits) throw new MalformedAttributeError(`${address} has a prefix length of ${length}`);
  return IpPrefix.of(address, length);
}
