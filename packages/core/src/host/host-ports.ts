import { type AddressFamily, IpAddress, IpPrefix } from '@tsnet/inet';
import { decodeSocketAddress, encodeSocketAddress, SystemCallError } from '@tsnet/linux';
import { findRoute, routeTypes } from '@tsnet/netlink';
import { HostAddressError, NoFreePortError, PortTakenError, PublishError } from '../errors.ts';
import { formatPortSpec, type PortProtocol, type PortSpec } from '../model/port.ts';
import type { Host } from './host.ts';
import { describeSocketOwner } from './socket-owner.ts';

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const ATTEMPTS = 64;

const unspecified = { ipv4: IpAddress.of('ipv4', 0n), ipv6: IpAddress.of('ipv6', 0n) } as const;
const on = new Uint8Array(new Uint32Array([1]).buffer);

/** IPv4 addresses in the writing of IPv6 (RFC 4291 2.5.5.2). */
const mapped = IpPrefix.parse('::ffff:0:0/96');
const broadcast = IpAddress.parse('255.255.255.255');

/** Makes sure that `spec` is published where packets can arrive. @throws {@link HostAddressError} */
export function checkHostAddress(host: Host, spec: PortSpec): void {
  const { hostAddress } = spec;
  if (hostAddress === undefined || hostAddress.isUnspecified) return;
  const problem =
    problemOf(hostAddress) ?? (isLocal(host, hostAddress) ? undefined : 'is not an address of this host');
  if (problem !== undefined) throw new HostAddressError(formatPortSpec(spec), `${hostAddress} ${problem}`);
}

function problemOf(address: IpAddress): string | undefined {
  if (address.isMulticast) return 'is a multicast address';
  if (address.equals(broadcast)) return 'is the broadcast address';
  if (address.family === 'ipv4') return undefined;
  if (address.isLinkLocal) return 'is a link-local address, which each link may have';
  return mapped.contains(address) ? 'is an IPv4 address written as IPv6' : undefined;
}

function isLocal(host: Host, address: IpAddress): boolean {
  return findRoute(host.netlink, address)?.type === routeTypes.local;
}

/**
 * Makes sure that no process of the host listens on the host ports of `spec`, by listening on each for a
 * moment, as the process would.
 *
 * @param families - those on which the port will be published.
 * @throws {@link PortTakenError} naming the process; {@link PublishError} for what else the kernel refuses.
 */
export function checkHostPorts(host: Host, spec: PortSpec, families: readonly AddressFamily[]): void {
  for (let offset = 0; offset < spec.count; offset++) {
    for (const family of families) {
      const refusal = tryListen(host, spec, family, spec.hostPort + offset);
      if (refusal === 'taken') {
        const port = { ...spec, hostPort: spec.hostPort + offset, port: spec.port + offset, count: 1 };
        throw new PortTakenError(
          formatPortSpec(port),
          describeSocketOwner(host, spec.protocol, port.hostPort),
        );
      }
    }
  }
}

/**
 * Finds a run of host ports that nobody listens on, starting where the kernel would.
 *
 * @param isClaimed - whether a run is published already.
 * @throws {@link NoFreePortError}
 */
export async function chooseHostPorts(
  host: Host,
  spec: PortSpec,
  families: readonly AddressFamily[],
  isClaimed: (hostPort: number) => Promise<boolean>,
): Promise<number> {
  const [first] = families;
  if (first === undefined) throw new NoFreePortError(formatPortSpec(spec), 0);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const hostPort = kernelChoice(host, spec, first);
    if (hostPort + spec.count - 1 > 65_535) continue;
    const free = everyPort(hostPort, spec.count, (port) =>
      families.every((family) => tryListen(host, spec, family, port) === undefined),
    );
    if (free && !(await isClaimed(hostPort))) return hostPort;
  }
  throw new NoFreePortError(formatPortSpec(spec), ATTEMPTS);
}

function everyPort(first: number, count: number, test: (port: number) => boolean): boolean {
  for (let port = first; port < first + count; port++) if (!test(port)) return false;
  return true;
}

function tryListen(host: Host, spec: PortSpec, family: AddressFamily, port: number): 'taken' | undefined {
  try {
    withBoundSocket(host, spec, family, port, () => undefined);
    return undefined;
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    if (error.errnoName === 'EADDRINUSE') return 'taken';
    throw refusal(spec, error);
  }
}

function kernelChoice(host: Host, spec: PortSpec, family: AddressFamily): number {
  const portOf = (fd: number) => decodeSocketAddress(host.linux.getSocketName(fd)).port;
  try {
    return withBoundSocket(host, spec, family, 0, portOf);
  } catch (error) {
    throw error instanceof SystemCallError ? refusal(spec, error) : error;
  }
}

/** What a system call was refused with, told to somebody who asked for a port. */
function refusal(spec: PortSpec, cause: SystemCallError): PublishError {
  const port = formatPortSpec(spec);
  if (cause.errnoName === 'EADDRNOTAVAIL')
    return new HostAddressError(port, `${spec.hostAddress} is not an address of this host`, cause);
  const { kind, reason, hint } = cause;
  return new PublishError(port, {
    kind,
    reason: `the kernel refuses to listen there: ${reason}`,
    hint,
    cause,
  });
}

function withBoundSocket<T>(
  host: Host,
  spec: PortSpec,
  family: AddressFamily,
  port: number,
  body: (fd: number) => T,
): T {
  const { linux } = host;
  const type = socketType(spec.protocol);
  const fd = host.run(() => linux.socket(family === 'ipv4' ? AF_INET : AF_INET6, type, 0));
  try {
    if (family === 'ipv6') linux.setSocketOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, on);
    if (type === SOCK_STREAM) linux.setSocketOption(fd, SOL_SOCKET, SO_REUSEADDR, on);
    const address = (spec.hostAddress ?? unspecified[family]).toBytes();
    linux.bind(fd, encodeSocketAddress({ family, address, port }));
    if (type === SOCK_STREAM) linux.listen(fd, 1);
    return body(fd);
  } finally {
    linux.close(fd);
  }
}

function socketType(protocol: PortProtocol): number {
  return protocol === 'tcp' ? SOCK_STREAM : SOCK_DGRAM;
}
