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
      checkAddresses(path, network, spec, problems);
      checkPorts(path, network, spec, problems);
    }
    taken.claim(path, sandbox, spec);
  }
}

function checkPrefixes(networks: readonly DeclaredNetwork[], problems: Problems): void {
  const seen: { readonly name: string; readonly prefix: IpPrefix }[] = [];
  for (const { spec } of networks) {
    for (const [index, { prefix }] of (spec.subnets ?? []).entries()) {
      const met = seen.find((other) => other.prefix.overlaps(prefix));
      if (met !== undefined) {
        const path = ['networks', spec.name, 'subnets', index];
        problems.add(path, `${prefix} overlaps ${met.prefix} of network ${met.name}`);
      }
      seen.push({ name: spec.name, prefix });
    }
  }
}

function checkAddresses(
  path: FieldPath,
  { spec: { name, subnets } }: DeclaredNetwork,
  { addresses = [] }: EndpointSpec,
  problems: Problems,
): void {
  for (const [index, address] of addresses.entries()) {
    const place = [...path, 'addresses', index];
    const first = addresses.findIndex(({ family }) => family === address.family);
    if (first !== index) problems.add(place, `${addresses[first]} is of the same family, and one is allowed`);
    if (subnets !== undefined && !subnets.some(({ prefix }) => prefix.contains(address))) {
      const prefixes = subnets.map(({ prefix }) => `${prefix}`).join(', ');
      problems.add(place, `${address} lies outside ${prefixes} of network ${name}`);
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
  for (const [index, { hostAddress }] of ports.entries()) {
    if (hostAddress?.family !== 'ipv6' || !hostAddress.isLoopback) continue;
    problems.add([...path, 'ports', index], 'nothing at ::1 can lead elsewhere', 'Publish on 127.0.0.1.');
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
    for (const [index, address] of addresses.entries()) {
      this.#once([...path, 'addresses', index], `${address} on network ${network}`, holder);
    }
    for (const [index, port] of ports.entries()) this.#port([...path, 'ports', index], port, holder);
  }

  #once(path: FieldPath, thing: string, holder: string): void {
    const other = this.#holders.get(thing);
    if (other === undefined) this.#holders.set(thing, holder);
    else this.#problems.add(path, `${thing} is taken by ${other}`);
  }

  #port(path: FieldPath, port: PortSpec, holder: string): void {
    if (port.hostPort === 0) return;
    const met = this.#ports.find((other) => portsClash(other.port, port));
    this.#ports.push({ port, holder });
    if (met === undefined) return;
    const reason = `${formatPortSpec(port)} clashes with ${formatPortSpec(met.port)} of ${met.holder}`;
    this.#problems.add(path, reason, 'Give one of them another host port.');
  }
}
