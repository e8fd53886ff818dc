import type { Input } from '@tsnet/api';
import { checkIfName, checkName, type EndpointSpec } from '@tsnet/core';
import { parsePortSpec } from '@tsnet/core/port';
import { IpAddress, MacAddress } from '@tsnet/inet';
import { parseNetnsRef } from '@tsnet/netns';

/** Reads an endpoint as it is asked for. @throws {@link TsnetError} of kind `invalid` */
export function readEndpointSpec(input: Input<'connect'>): EndpointSpec {
  const { network, sandbox, addresses = [], mac, ifName, name, ports = [], labels = {} } = input;
  return {
    network,
    sandbox: parseNetnsRef(sandbox),
    addresses: addresses.map(IpAddress.parse),
    ports: ports.map(parsePortSpec),
    labels,
    ...(mac === undefined ? {} : { mac: MacAddress.parse(mac) }),
    ...(ifName === undefined ? {} : { ifName: checkIfName(ifName) }),
    ...(name === undefined ? {} : { name: checkName('endpoint', name) }),
  };
}
