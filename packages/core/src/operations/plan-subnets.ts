import { IpPrefix } from '@tsnet/inet';
import {
  AddressOutsidePoolError,
  AddressReservedError,
  type CarvedPrefix,
  carvePrefix,
  createPool,
  getPool,
  InvalidPoolError,
  leaseAddress,
  PoolExistsError,
  PoolOverlapError,
  type Supernet,
  type Transaction,
} from '@tsnet/ipam';
import { listRoutes, type Route, routeTypes } from '@tsnet/netlink';
import type { EngineContext } from '../context.ts';
import { InvalidNetworkError, RouteOverlapError, SubnetOverlapError } from '../errors.ts';
import type { NetworkSpec, Subnet, SubnetSpec } from '../model/network.ts';

/** Where prefixes come from when a network names none: 8,192 of them. */
export const automaticPools: readonly Supernet[] = [{ prefix: IpPrefix.parse('10.32.0.0/11'), length: 24 }];

/**
 * Addresses that no sandbox can have (RFC 6890): unspecified, loopback, link-local, multicast, and those that are
 * reserved, broadcast and IPv4-mapped ones among them.
 */
const unusable: readonly IpPrefix[] = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/8',
  'fe80::/10',
  'ff00::/8',
].map((text) => IpPrefix.parse(text));

/** A subnet to reserve, and where its prefix comes from when nobody named it. */
type ReservedSpec = SubnetSpec & Partial<CarvedPrefix>;

/** Routes this wide are ways out (a VPN's pair of halves among them), not claims on the addresses in them. */
const WIDEST_CLAIM = 2;

/** Prefixes that the host reaches in some way other than by its ways out. */
export function routedPrefixes(context: EngineContext): readonly IpPrefix[] {
  return listRoutes(context.host.netlink)
    .filter(isClaim)
    .map((route) => route.destination.network);
}

/** Makes the pools of a network and leases its gateways. */
export async function reserveSubnets(
  tx: Transaction,
  spec: NetworkSpec,
  routed: readonly IpPrefix[],
  now: number,
): Promise<readonly Subnet[]> {
  const wanted: readonly ReservedSpec[] = spec.subnets?.length
    ? spec.subnets
    : [await automaticSubnet(tx, routed)];
  const subnets: Subnet[] = [];
  for (const subnet of wanted) {
    const { prefix } = subnet;
    checkSubnet(spec.name, subnet);
    const met = subnets.find((other) => other.prefix.overlaps(prefix));
    if (met !== undefined) throw givenTwice(spec.name, met.prefix, prefix);
    // Other networks first: their bridges' routes are the host's own as well.
    subnets.push(
      await inWordsOfNetworks(tx, spec.name, prefix, () => reserveSubnet(tx, spec.name, subnet, now)),
    );
    const overlap = routed.find((route) => route.overlaps(prefix));
    if (overlap !== undefined) throw new RouteOverlapError(spec.name, `${prefix}`, `${overlap}`);
  }
  return subnets;
}

/** Who holds the gateway addresses of a network. */
export function gatewayOwner(networkName: string): string {
  return `network:${networkName}`;
}

function checkSubnet(network: string, { prefix }: SubnetSpec): void {
  const { address, length } = prefix;
  if (!prefix.isNetwork) {
    throw new InvalidNetworkError(network, `${prefix} has host bits`, `Write ${prefix.network}.`);
  }
  const longest = address.bits - 2;
  if (length > longest) {
    const reason = `${prefix} has no room for a gateway and a sandbox`;
    throw new InvalidNetworkError(network, reason, `Choose a prefix of at most /${longest}.`);
  }
  const met = unusable.find((other) => other.overlaps(prefix));
  if (met !== undefined) {
    const reason = `${prefix} overlaps ${met}, whose addresses cannot be given to sandboxes`;
    throw new InvalidNetworkError(network, reason, 'Choose another prefix.');
  }
}

function givenTwice(network: string, first: IpPrefix, second: IpPrefix): InvalidNetworkError {
  const reason = first.equals(second) ? `${first} is given twice` : `${second} overlaps its own ${first}`;
  return new InvalidNetworkError(network, reason, 'Leave one of them out.');
}

async function reserveSubnet(
  tx: Transaction,
  network: string,
  subnet: ReservedSpec,
  now: number,
): Promise<Subnet> {
  const { prefix, range, exclude = [], carvedFrom } = subnet;
  const poolId = `${prefix}`;
  await createPool(tx, {
    id: poolId,
    prefix,
    exclude,
    carvedFrom,
    labels: { network },
    ...(range === undefined ? {} : { range }),
  });
  const address = subnet.gateway ?? firstUsable(network, subnet);
  await leaseAddress(tx, poolId, { owner: gatewayOwner(network), address, now, labels: { role: 'gateway' } });
  return { poolId, prefix, gateway: address };
}

/** Failures of pools and leases, told to somebody who asked for a network. */
async function inWordsOfNetworks<T>(
  tx: Transaction,
  network: string,
  prefix: IpPrefix,
  body: () => Promise<T>,
): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof PoolOverlapError || error instanceof PoolExistsError) {
      const other = await getPool(tx, error instanceof PoolOverlapError ? error.poolId : `${prefix}`);
      throw new SubnetOverlapError(
        network,
        `${prefix}`,
        `${other.prefix}`,
        other.labels.network ?? other.id,
        error,
      );
    }
    if (error instanceof InvalidPoolError) {
      throw new InvalidNetworkError(network, `${prefix}: ${error.reason}`, error.hint, error);
    }
    if (error instanceof AddressOutsidePoolError || error instanceof AddressReservedError) {
      throw new InvalidNetworkError(network, `gateway of ${prefix}: ${error.reason}`, error.hint, error);
    }
    throw error;
  }
}

/** The first address of the prefix that is not excluded. */
function firstUsable(network: string, { prefix, exclude = [] }: SubnetSpec) {
  let candidate = prefix.first.add(1n);
  for (const gap of exclude.toSorted((a, b) => a.first.compare(b.first))) {
    if (gap.contains(candidate)) candidate = gap.last.add(1n);
  }
  if (!prefix.contains(candidate))
    throw new InvalidNetworkError(network, `${prefix} has no address left for the gateway`);
  return candidate;
}

function automaticSubnet(tx: Transaction, routed: readonly IpPrefix[]): Promise<ReservedSpec> {
  return carvePrefix(tx, { supernets: automaticPools, inUse: routed });
}

function isClaim(route: Route): boolean {
  const { destination, type } = route;
  if (type !== routeTypes.unicast && type !== routeTypes.local) return false;
  return destination.length >= WIDEST_CLAIM && !destination.address.isMulticast;
}
