import { IpAddress, IpPrefix } from '@tsnet/inet';
import { isHostPrefix, leasableOffsets } from '../pool/pool.ts';
import { InvalidDocumentError } from './document-errors.ts';
import { documentOf, type IpamDocument, type LeaseDocument, type PoolDocument } from './ipam-document.ts';
import { JsonObject } from './ipam-document-json.ts';

/** Settings of {@link parseSubnetJson}. */
export interface SubnetJsonOptions {
  /** Who holds the addresses from now on: the file names nobody. Default `imported`. */
  readonly owner?: string | undefined;
}

/**
 * Reads the state of the allocator that container tutorials build: `{"192.168.0.0/24":"1100..."}`, one
 * character for each address, `1` for what is taken. Each prefix becomes a pool of that id, of any size and
 * number. The address of a bridge is not told apart in the file: it becomes a lease like the others.
 *
 * The character at index n does not stand for the address at offset n. That allocator adds n to the network
 * address and then 1 to the last octet, which does not carry: in a /24 index 0 is `.1` and index 253 is
 * `.254`; in a /22 index 255 is the `.0` at its very beginning, and index 256 the `.1` behind the first 256.
 * The same sum is done here, so that each lease is the address which a container really got.
 *
 * @throws InvalidDocumentError with the path to what is wrong: a prefix that is none, is not of IPv4, has host
 * bits, or is there twice; a text of another length or with other characters; a taken address that no host
 * can have, which the allocator should not have given out. Prefixes that overlap are for `importPools` to
 * refuse.
 */
export function parseSubnetJson(text: string, { owner = 'imported' }: SubnetJsonOptions = {}): IpamDocument {
  const root = JsonObject.parse(text);
  const pools = root.names.map((name) => readSubnet(root, name, owner));
  // JSON.parse keeps the last of two members of one name and loses the other. What is read by now has no quote
  // in a name or a bitmap: four for each member are all there are, or else there are members that were lost.
  if (countOf('"', text) !== 4 * pools.length) {
    throw new InvalidDocumentError('', 'it has a prefix twice', 'Leave one of the two out.');
  }
  return documentOf(pools);
}

function countOf(character: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}

function readSubnet(root: JsonObject, name: string, owner: string): PoolDocument {
  const prefix = root.nameAs(name, IpPrefix.parse);
  const bitmap = root.text(name);
  if (prefix.family !== 'ipv4') {
    throw root.fault(name, 'the allocator of this file works for IPv4 only', 'Leave the prefix out.');
  }
  if (!prefix.isNetwork) throw root.fault(name, 'it has host bits', `Write ${prefix.network}.`);
  if (BigInt(bitmap.length) !== prefix.size) {
    const reason = `it has ${bitmap.length} characters, and ${prefix} has ${prefix.size} addresses`;
    throw root.fault(name, reason, 'Check that the file is whole.');
  }
  const stranger = /[^01]/.exec(bitmap);
  if (stranger) {
    const reason = `its character ${stranger.index} is ${JSON.stringify(stranger[0])}, neither 0 nor 1`;
    throw root.fault(name, reason, 'Check that the file is whole.');
  }
  const leases: LeaseDocument[] = [];
  for (let index = bitmap.indexOf('1'); index >= 0; index = bitmap.indexOf('1', index + 1)) {
    const address = addressAt(prefix, index);
    if (!isLeasable(prefix, address)) {
      const reason = `its character ${index} stands for ${address}, which is no address for a host of ${prefix}`;
      throw root.fault(name, reason, 'Remove the container that has the address, and write 0 there.');
    }
    leases.push({ address, owner });
  }
  return { id: name, prefix, hostPool: isHostPrefix(prefix), leases };
}

function addressAt(prefix: IpPrefix, index: number): IpAddress {
  const { value } = prefix.at(BigInt(index));
  return IpAddress.of('ipv4', (value & ~0xffn) | ((value + 1n) & 0xffn));
}

function isLeasable(prefix: IpPrefix, address: IpAddress): boolean {
  if (!prefix.contains(address)) return false;
  const [lowest, highest] = leasableOffsets(prefix);
  const offset = prefix.offsetOf(address);
  return lowest <= offset && offset <= highest;
}
