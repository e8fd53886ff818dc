import { type AddressFamily, IpAddress } from '@tsnet/inet';
import { InvalidPortSpecError } from '../errors.ts';

export type PortProtocol = 'tcp' | 'udp';

/** Ports of a sandbox that the host's ports lead to, as asked for. */
export interface PortSpec {
  readonly protocol: PortProtocol;
  /** The host's address that is listened on; all of them when undefined, all of a family for 0.0.0.0 or ::. */
  readonly hostAddress?: IpAddress | undefined;
  /** First port of the host; 0 lets tsnet choose free ones. */
  readonly hostPort: number;
  /** First port of the sandbox. */
  readonly port: number;
  /** How many consecutive ports, at least 1. */
  readonly count: number;
}

/** Ports of a sandbox that the host's ports lead to: `hostPort` has been chosen. */
export type PublishedPort = PortSpec;

const PORT_LIMIT = 65_535;
const SHAPE =
  /^(?:(?<host>\[[^\]]*\]|[^:[\]]*):)?(?:(?<hostPorts>[^:/]*):)?(?<ports>[^:/]+)(?:\/(?<protocol>.*))?$/;

/**
 * Reads `[hostIP:]hostPort[-last]:port[-last][/tcp|udp]`. IPv6 host addresses stand in brackets; a host port
 * that is 0 or missing (`80`, `127.0.0.1::80`) is chosen by tsnet.
 *
 * @throws {@link InvalidPortSpecError}
 */
export function parsePortSpec(text: string): PortSpec {
  const groups = SHAPE.exec(text)?.groups;
  if (groups === undefined)
    throw new InvalidPortSpecError(text, 'it is not [hostIP:]hostPort:port[/tcp|udp]');
  const { host, hostPorts, protocol = 'tcp' } = shiftHost(groups);
  if (protocol !== 'tcp' && protocol !== 'udp') {
    throw new InvalidPortSpecError(text, `protocol "${protocol}" is neither tcp nor udp`);
  }
  const target = parseRange(text, groups.ports ?? '');
  const source =
    hostPorts === undefined || hostPorts === ''
      ? { first: 0, count: target.count }
      : parseRange(text, hostPorts, 0);
  if (source.first !== 0 && source.count !== target.count) {
    throw new InvalidPortSpecError(text, `${source.count} host ports cannot lead to ${target.count} ports`);
  }
  if (target.first === 0) throw new InvalidPortSpecError(text, 'port 0 of the sandbox cannot be reached');
  return {
    protocol,
    ...(host === undefined ? {} : { hostAddress: parseHost(text, host) }),
    hostPort: source.first,
    port: target.first,
    count: target.count,
  };
}

/** The text that {@link parsePortSpec} reads back as the same ports. */
export function formatPortSpec(spec: PortSpec): string {
  const { hostAddress, hostPort, port, count, protocol } = spec;
  const host =
    hostAddress === undefined ? '' : `${hostAddress.family === 'ipv6' ? `[${hostAddress}]` : hostAddress}:`;
  const range = (first: number) => (count === 1 ? `${first}` : `${first}-${first + count - 1}`);
  return `${host}${hostPort === 0 ? '0' : range(hostPort)}:${range(port)}/${protocol}`;
}

/** Whether two specs name the same ports of the same addresses. */
export function samePorts(a: PortSpec, b: PortSpec): boolean {
  return formatPortSpec(a) === formatPortSpec(b);
}

/** The families on which a spec listens, of those that the endpoint has. */
export function listeningFamilies(
  spec: PortSpec,
  available: readonly AddressFamily[],
): readonly AddressFamily[] {
  return available.filter((family) => spec.hostAddress === undefined || spec.hostAddress.family === family);
}

/** `8080:80` has one colon: what the shape takes for a host is the host's port. */
function shiftHost(groups: Record<string, string | undefined>): {
  readonly host: string | undefined;
  readonly hostPorts: string | undefined;
  readonly protocol: string | undefined;
} {
  const { host, hostPorts, protocol } = groups;
  if (hostPorts === undefined && host !== undefined) return { host: undefined, hostPorts: host, protocol };
  return { host, hostPorts, protocol };
}

function parseHost(text: string, host: string): IpAddress {
  const bracketed = host.startsWith('[');
  try {
    const address = IpAddress.parse(bracketed ? host.slice(1, -1) : host);
    if (bracketed !== (address.family === 'ipv6'))
      throw new InvalidPortSpecError(text, 'only IPv6 stands in brackets');
    return address;
  } catch (cause) {
    if (cause instanceof InvalidPortSpecError) throw cause;
    throw new InvalidPortSpecError(text, `"${host}" is no address of the host`, cause);
  }
}

function parseRange(
  text: string,
  range: string,
  lowest = 1,
): { readonly first: number; readonly count: number } {
  const [, firstText, lastText] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range) ?? [];
  if (firstText === undefined)
    throw new InvalidPortSpecError(text, `"${range}" is neither a port nor a range of ports`);
  const first = Number(firstText);
  const last = lastText === undefined ? first : Number(lastText);
  for (const port of [first, last]) {
    if (port > PORT_LIMIT) throw new InvalidPortSpecError(text, `port ${port} is above ${PORT_LIMIT}`);
    if (port < lowest) throw new InvalidPortSpecError(text, `port ${port} is below ${lowest}`);
  }
  if (last < first) throw new InvalidPortSpecError(text, `the range ${range} ends before it begins`);
  if (first === 0 && last !== 0) throw new InvalidPortSpecError(text, 'a range cannot begin at port 0');
  return { first, count: last - first + 1 };
}
