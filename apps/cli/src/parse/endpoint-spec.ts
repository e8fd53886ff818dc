import type { Input } from '@tsnet/api';
import { checkIfName, checkName } from '@tsnet/core/name';
import { formatPortSpec, parsePortSpec } from '@tsnet/core/port';
import { IpAddress, MacAddress } from '@tsnet/inet';
import { formatNetnsRef, parseNetnsRef } from '@tsnet/netns/ref';
import { parseLabels } from './label.ts';

/** The options of an endpoint, as they were typed. */
export interface EndpointOptions {
  readonly ip?: readonly string[];
  readonly mac?: string;
  readonly ifname?: string;
  readonly publish?: readonly string[];
  readonly name?: string;
  readonly label?: readonly string[];
}

/** Reads an endpoint as it is asked for. @throws {@link TsnetError} of kind `invalid` */
export function parseEndpointSpec(
  network: string,
  sandbox: string,
  options: EndpointOptions,
): Input<'connect'> {
  const { ip = [], mac, ifname, publish = [], name, label } = options;
  return {
    network,
    sandbox: formatNetnsRef(parseNetnsRef(sandbox)),
    addresses: ip.map((text) => `${IpAddress.parse(text)}`),
    ports: publish.map((text) => formatPortSpec(parsePortSpec(text))),
    labels: parseLabels(label),
    ...(mac === undefined ? {} : { mac: `${MacAddress.parse(mac)}` }),
    ...(ifname === undefined ? {} : { ifName: checkIfName(ifname) }),
    ...(name === undefined ? {} : { name: checkName('endpoint', name) }),
  };
}
