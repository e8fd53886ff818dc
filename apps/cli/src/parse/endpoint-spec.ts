import { checkIfName, checkName, type EndpointSpec, parsePortSpec } from '@tsnet/core';
import { IpAddress, MacAddress } from '@tsnet/inet';
import type { NetnsRef } from '@tsnet/netns';
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
  sandbox: NetnsRef,
  options: EndpointOptions,
): EndpointSpec {
  const { ip = [], mac, ifname, publish = [], name, label } = options;
  return {
    network,
    sandbox,
    addresses: ip.map(IpAddress.parse),
    ports: publish.map(parsePortSpec),
    labels: parseLabels(label),
    ...(mac === undefined ? {} : { mac: MacAddress.parse(mac) }),
    ...(ifname === undefined ? {} : { ifName: checkIfName(ifname) }),
    ...(name === undefined ? {} : { name: checkName('endpoint', name) }),
  };
}
