import { type IpAddress, IpPrefix, MacAddress } from '@tsnet/inet';
import { leaseAddress, PoolExhaustedError, poolUsage, type Transaction } from '@tsnet/ipam';
import { findLink } from '@tsnet/netlink';
import type { EngineContext } from '../context.ts';
import { EndpointExistsError, InvalidEndpointError, NetworkFullError, NotReadyError } from '../errors.ts';
import type { Sandbox } from '../host/sandbox.ts';
import type { Endpoint, EndpointAddress, EndpointSpec, PlacedEndpoint } from '../model/endpoint.ts';
import { isDerivedMac } from '../model/mac.ts';
import { checkIfName, checkName } from '../model/name.ts';
import type { Network, Subnet } from '../model/network.ts';
import { insertEndpoint } from '../records/endpoint-record.ts';
import { keys, lastPart } from '../records/keys.ts';
import { getNetwork } from '../records/network-record.ts';
import { getEndpoints } from './queries.ts';
import { resolvePorts } from './resolve-ports.ts';

/** Stores an endpoint that is about to be connected, with its leases, its name and its ports. */
export async function reserveEndpoint(
  context: EngineContext,
  tx: Transaction,
  spec: EndpointSpec,
  sandbox: Sandbox,
  identity: { readonly id: string; readonly createdAt: number },
): Promise<PlacedEndpoint> {
  const { id, createdAt } = identity;
  const network = await getNetwork(tx, 'connect to network', spec.network);
  if (network.state !== 'ready') throw new NotReadyError('connect to network', network.name, network.state);
  const ifName = await chooseIfName(tx, network, spec, sandbox);
  await refuseTakenName(tx, network, spec.name);
  await refuseTakenMac(tx, network, spec.mac);
  const addresses = await leaseAddresses(tx, network, spec, id, createdAt);
  const endpoint: Endpoint = {
    id,
    networkId: network.id,
    networkName: network.name,
    name: spec.name,
    state: 'creating',
    sandbox: sandbox.identity,
    ifName,
    hostIfName: `tsv${id}`,
    mac: chooseMac(spec, addresses),
    addresses,
    ports: await resolvePorts(tx, context.host, network, id, spec.ports ?? []),
    labels: spec.labels ?? {},
    createdAt,
  };
  insertEndpoint(tx, endpoint);
  return { network, endpoint };
}

/** Who holds the addresses of an endpoint. */
export function endpointOwner(endpointId: string): string {
  return `endpoint:${endpointId}`;
}

async function chooseIfName(
  tx: Transaction,
  network: Network,
  spec: EndpointSpec,
  sandbox: Sandbox,
): Promise<string> {
  const { ref, key } = sandbox.identity;
  const links = await tx.list(keys.sandboxLinks(key));
  const others = await getEndpoints(
    tx,
    links.map(({ value }) => String(value)),
  );
  const same = others.find((endpoint) => endpoint.networkId === network.id);
  if (same !== undefined) {
    const reason = `it is connected to ${network.name} as ${same.ifName} (endpoint ${same.id})`;
    throw new EndpointExistsError(ref, reason, 'Disconnect it first.');
  }
  const claimed = new Set(links.map((link) => lastPart(link.key)));
  const isTaken = (name: string) => claimed.has(name) || findLink(sandbox.netlink, name) !== undefined;
  if (spec.ifName !== undefined) {
    if (!isTaken(checkIfName(spec.ifName))) return spec.ifName;
    const reason = `it has a link named ${spec.ifName}`;
    throw new EndpointExistsError(ref, reason, 'Choose another name for the link, or leave it out.');
  }
  for (let index = 0; ; index++) if (!isTaken(`eth${index}`)) return `eth${index}`;
}

async function refuseTakenName(tx: Transaction, network: Network, name: string | undefined): Promise<void> {
  if (name === undefined) return;
  checkName('endpoint', name);
  const holder = await tx.get(keys.endpointName(network.id, name));
  if (holder === undefined) return;
  throw new EndpointExistsError(
    name,
    `endpoint ${holder} of ${network.name} has that name`,
    'Choose another name.',
  );
}

async function refuseTakenMac(tx: Transaction, network: Network, mac: MacAddress | undefined): Promise<void> {
  const holder = mac && (await tx.get(keys.endpointMac(network.id, `${mac}`)));
  if (holder === undefined) return;
  throw new EndpointExistsError(
    `with ${mac}`,
    `endpoint ${holder} of ${network.name} has that MAC address`,
    'Choose another one, or leave it out.',
  );
}

async function leaseAddresses(
  tx: Transaction,
  network: Network,
  spec: EndpointSpec,
  id: string,
  now: number,
): Promise<readonly EndpointAddress[]> {
  const wanted = spec.addresses ?? [];
  const labels = { network: network.name, ...(spec.name === undefined ? {} : { name: spec.name }) };
  const lease = async (
    { poolId, prefix, gateway }: Subnet,
    address?: IpAddress,
  ): Promise<EndpointAddress> => {
    const leased = await leaseAddress(tx, poolId, { owner: endpointOwner(id), labels, now, address });
    return { prefix: IpPrefix.of(leased.address, prefix.length), gateway, poolId };
  };
  const addresses: EndpointAddress[] = [];
  for (const family of ['ipv4', 'ipv6'] as const) {
    const subnets = network.subnets.filter(({ prefix }) => prefix.family === family);
    const [address, second] = wanted.filter((candidate) => candidate.family === family);
    if (second !== undefined) {
      throw new InvalidEndpointError(
        `to ${network.name}`,
        `${address} and ${second} are of one family; one is allowed`,
      );
    }
    if (address !== undefined) {
      const subnet = subnets.find(({ prefix }) => prefix.contains(address));
      if (subnet === undefined) throw outsideNetwork(network, address);
      addresses.push(await lease(subnet, address));
    } else if (subnets.length > 0) addresses.push(await leaseFromAny(tx, network, subnets, lease));
  }
  return addresses;
}

async function leaseFromAny(
  tx: Transaction,
  network: Network,
  subnets: readonly Subnet[],
  lease: (subnet: Subnet) => Promise<EndpointAddress>,
): Promise<EndpointAddress> {
  let failure: unknown;
  for (const subnet of subnets) {
    try {
      return await lease(subnet);
    } catch (error) {
      if (!(error instanceof PoolExhaustedError)) throw error;
      failure = error;
    }
  }
  const usages = await Promise.all(subnets.map(({ poolId }) => poolUsage(tx, poolId)));
  const total = usages.reduce((sum, { capacity }) => sum + capacity, 0n);
  throw new NetworkFullError(
    network.name,
    total,
    subnets.map(({ prefix }) => `${prefix}`).join(', '),
    failure,
  );
}

function outsideNetwork(network: Network, address: IpAddress): InvalidEndpointError {
  const prefixes = network.subnets.map(({ prefix }) => `${prefix}`).join(', ');
  return new InvalidEndpointError(
    `to ${network.name}`,
    `${address} lies outside ${prefixes}`,
    'Choose another address, or leave it out.',
  );
}

function chooseMac(spec: EndpointSpec, addresses: readonly EndpointAddress[]): MacAddress {
  const [first] = addresses;
  if (spec.mac === undefined) {
    if (first === undefined)
      throw new InvalidEndpointError(`to ${spec.network}`, 'the network has no addresses');
    return MacAddress.derive(first.prefix.address);
  }
  const { mac } = spec;
  const subject = `to ${spec.network}`;
  if (mac.isMulticast || mac.equals(MacAddress.parse('00:00:00:00:00:00'))) {
    const hint = 'Give a unicast address such as 02:00:00:00:00:05, or leave it out.';
    throw new InvalidEndpointError(subject, `${mac} cannot be the address of a link`, hint);
  }
  if (isDerivedMac(mac) && !addresses.some(({ prefix }) => mac.equals(MacAddress.derive(prefix.address)))) {
    const hint = 'Give one that does not begin with 0a:54 or 0a:56, or leave it out.';
    throw new InvalidEndpointError(subject, `${mac} belongs to another IP address`, hint);
  }
  return mac;
}
