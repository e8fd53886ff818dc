import { type EndpointSpec, formatPortSpec, type PortSpec, portsClash } from '@tsnet/core';
import type { IpPrefix } from '@tsnet/inet';
import type { DeclaredEndpoint, DeclaredNetwork } from './declaration.ts';
import type { Problems } from './problem.ts';
import type { FieldPath } from './yaml-file.ts';

/** Finds what is wrong with the parts of a file together, each of which is well written. */
export function checkTogether(
  networks: readonly DeclaredNetwork[],
  endpoints: readonly DeclaredEndpoint[],
  problems: Problems,
): void {
  checkPrefixes(networks, problems);
  const byName = new Map(networks.map((network) => [network.spec.name, network]));
  const taken = new Taken(problems);
  for (const { sandbox, spec } of endpoints) {
    const path = ['sandboxes', sandbox, 'endpoints', spec.network];
    const network = byName.get(spec.network);
    if (network === undefined) {
      const hint = 'Add it to networks, with `external: true` if others make it.';
      problems.addKey(path, `the file has no network ${spec.network}`, hint);
    } else {
      checkAddresses(network, spec, problems);
      checkPorts(path, network, spec, problems);
    }
    taken.claim(path, sandbox, spec);
  }
}

function checkPrefixes(networks: readonly DeclaredNetwork[], problems: Problems): void {
  const seen: { readonly name: string; readonly prefix: IpPrefix }[] = [];
  for (const { spec } of networks) {
    for (const { prefix } of spec.subnets ?? []) {
      const met = seen.find((other) => other.prefix.overlaps(prefix));
      if (met !== undefined) {
        problems.addTo(prefix, `${prefix} overlaps ${met.prefix} of network ${met.name}`);
      }
      seen.push({ name: spec.name, prefix });
    }
  }
}

function checkAddresses(
  { spec: { name, subnets } }: DeclaredNetwork,
  { addresses = [] }: EndpointSpec,
  problems: Problems,
): void {
  for (const [index, address] of addresses.entries()) {
    const first = addresses.findIndex(({ family }) => family === address.family);
    if (first !== index)
      problems.addTo(address, `${addresses[first]} is of the same family, and one is allowed`);
    if (subnets !== undefined && !subnets.some(({ prefix }) => prefix.contains(address))) {
      const prefixes = subnets.map(({ prefix }) => `${prefix}`).join(', ');
      problems.addTo(address, `${address} lies outside ${prefixes} of network ${name}`);
    }
  }
}

function checkPorts(
  path: FieldPath,
  { spec: network }: DeclaredNetwork,
  { ports = [] }: EndpointSpec,
  problems: Problems,
): void {
  if (ports.length > 0 && network.internal) {
    problems.addKey([...path, 'ports'], `network ${network.name} is internal: nothing outside may reach it`);
  }
  for (const port of ports) {
    if (port.hostAddress?.family !== 'ipv6' || !port.hostAddress.isLoopback) continue;
    problems.addTo(port, 'nothing at ::1 can lead elsewhere', 'Publish on 127.0.0.1.');
  }
}

/** What only one endpoint can have. */
class Taken {
  readonly #problems: Problems;
  readonly #holders = new Map<string, string>();
  readonly #ports: { readonly port: PortSpec; readonly holder: string }[] = [];

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  claim(path: FieldPath, sandbox: string, spec: EndpointSpec): void {
    const { network, name, addresses = [], ifName, mac, ports = [] } = spec;
    const holder = `${network}/${name ?? sandbox}`;
    if (name !== undefined) this.#once([...path, 'name'], `name ${name} on network ${network}`, holder);
    if (ifName !== undefined) this.#once([...path, 'ifName'], `link ${ifName} in ${sandbox}`, holder);
    if (mac !== undefined) this.#once([...path, 'mac'], `${mac} on network ${network}`, holder);
    for (const address of addresses) {
      const other = this.#claim(`${address} on network ${network}`, holder);
      if (other !== undefined) this.#problems.addTo(address, `${address} is taken by ${other}`);
    }
    for (const port of ports) this.#port(port, holder);
  }

  #once(path: FieldPath, thing: string, holder: string): void {
    const other = this.#claim(thing, holder);
    if (other !== undefined) this.#problems.add(path, `${thing} is taken by ${other}`);
  }

  /** Who had something before. */
  #claim(thing: string, holder: string): string | undefined {
    const other = this.#holders.get(thing);
    if (other === undefined) this.#holders.set(thing, holder);
    return other;
  }

  #port(port: PortSpec, holder: string): void {
    if (port.hostPort === 0) return;
    const met = this.#ports.find((other) => portsClash(other.port, port));
    this.#ports.push({ port, holder });
    if (met === undefined) return;
    const reason = `${formatPortSpec(port)} clashes with ${formatPortSpec(met.port)} of ${met.holder}`;
    this.#problems.addTo(port, reason, 'Give one of them another host port.');
  }
}
