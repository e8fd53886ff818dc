import {
  type Endpoint,
  type EndpointSpec,
  formatPortSpec,
  type PortSpec,
  type PublishedPort,
} from '@tsnet/core';
import { MacAddress } from '@tsnet/inet';
import { differenceOf, diffLabels } from './difference.ts';
import type { ObservedSandbox } from './observed.ts';
import type { Difference } from './plan.ts';

/** What of an endpoint is not as wanted and takes another endpoint to change: all but its ports. */
export function diffEndpoint(
  spec: EndpointSpec,
  endpoint: Endpoint,
  sandbox: ObservedSandbox | undefined,
): readonly Difference[] {
  const { addresses, mac, ifName, name, labels, state } = endpoint;
  const [first] = addresses;
  const wantedMac = spec.mac ?? (first === undefined ? mac : MacAddress.derive(first.prefix.address));
  return [
    ...differenceOf('state', state, 'ready'),
    ...diffNamespace(endpoint, sandbox),
    ...(spec.addresses ?? []).flatMap((wanted) => {
      const is = addresses.find(({ prefix }) => prefix.family === wanted.family);
      return differenceOf('address', `${is?.prefix.address ?? 'none'}`, `${wanted}`);
    }),
    ...differenceOf('mac', `${mac}`, `${wantedMac}`),
    ...differenceOf('ifName', ifName, spec.ifName ?? ifName),
    ...differenceOf('name', name ?? 'none', spec.name ?? 'none'),
    ...diffLabels(labels, spec.labels ?? {}),
  ];
}

/** A namespace that died has taken its links along. */
function diffNamespace(
  { sandbox: { key } }: Endpoint,
  sandbox: ObservedSandbox | undefined,
): readonly Difference[] {
  if (sandbox?.key === key) return [];
  const wanted = sandbox?.key === undefined ? 'a new one' : 'the one of that name now';
  return [{ field: 'namespace', is: 'gone', wanted }];
}

/** The ports to open and to close, so that those are published that are wanted. */
export interface PortsDiff {
  readonly open: readonly PortSpec[];
  readonly close: readonly PublishedPort[];
}

/** Compares ports. Where the host's port is left to be chosen, the one that was chosen is right. */
export function diffPorts(wanted: readonly PortSpec[], published: readonly PublishedPort[]): PortsDiff {
  const left = new Map(published.map((port) => [formatPortSpec(port), port]));
  const open: PortSpec[] = [];
  // What is given comes first, so that it is not taken for something that was chosen.
  for (const spec of wanted.toSorted((a, b) => Number(a.hostPort === 0) - Number(b.hostPort === 0))) {
    const match = spec.hostPort === 0 ? findChosen(spec, left) : formatPortSpec(spec);
    if (match === undefined || !left.delete(match)) open.push(spec);
  }
  return { open, close: [...left.values()] };
}

function findChosen(spec: PortSpec, published: ReadonlyMap<string, PublishedPort>): string | undefined {
  const wanted = formatPortSpec(spec);
  for (const [text, port] of published) {
    if (formatPortSpec({ ...port, hostPort: 0 }) === wanted) return text;
  }
  return undefined;
}
