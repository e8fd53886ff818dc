import { checkIfName, checkName, type NetworkSpec, networkFirewalls, type SubnetSpec } from '@tsnet/core';
import { IpAddress, IpPrefix, type IpRange } from '@tsnet/inet';
import { type DeclaredNetwork, withProject } from './declaration.ts';
import type { Problems } from './problem.ts';
import { booleanOf, fieldsOf, itemsOf, labelsOf, parseBlock, present } from './reading.ts';
import type { FieldPath } from './yaml-file.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Reads the networks of a file. */
export function readNetworks(
  project: string,
  value: unknown,
  problems: Problems,
): readonly DeclaredNetwork[] {
  return Object.entries(fieldsOf(value)).map(([name, each]) => {
    const path = ['networks', name];
    problems.readKey(path, name, (text) => checkName('network', text));
    const fields = fieldsOf(each);
    const external = booleanOf(fields.external) ?? false;
    if (external) refuseSettings(path, fields, problems);
    return { external, spec: external ? { name } : readSpec(project, name, fields, path, problems) };
  });
}

function refuseSettings(path: FieldPath, fields: Fields, problems: Problems): void {
  for (const field of Object.keys(fields)) {
    if (field === 'external') continue;
    problems.addKey([...path, field], 'who makes an external network decides that', 'Leave the field out.');
  }
}

function readSpec(
  project: string,
  name: string,
  fields: Fields,
  path: FieldPath,
  problems: Problems,
): NetworkSpec {
  const subnets = itemsOf(fields.subnets).flatMap(([index, each]) => {
    return readSubnet([...path, 'subnets', index], each, problems) ?? [];
  });
  return {
    name,
    ...present({
      driver: typeof fields.driver === 'string' ? fields.driver : undefined,
      subnets: fields.subnets === undefined ? undefined : subnets,
      internal: booleanOf(fields.internal),
      isolated: booleanOf(fields.isolated),
      masquerade: booleanOf(fields.masquerade),
      respectHostFirewall: booleanOf(fields.respectHostFirewall),
      firewall: networkFirewalls.find((name) => name === fields.firewall),
      mtu: typeof fields.mtu === 'number' ? fields.mtu : undefined,
      ifName: problems.read([...path, 'ifName'], fields.ifName, checkIfName),
    }),
    labels: withProject(labelsOf(fields.labels), project),
  };
}

function readSubnet(path: FieldPath, value: unknown, problems: Problems): SubnetSpec | undefined {
  const isText = typeof value === 'string';
  const fields = isText ? { prefix: value } : fieldsOf(value);
  const prefixPath = isText ? path : [...path, 'prefix'];
  const prefix = problems.read(prefixPath, fields.prefix, IpPrefix.parse);
  const block = <T extends IpAddress | IpRange>(
    where: FieldPath,
    text: unknown,
    parse: (text: string) => T,
  ): T | undefined => {
    const found = problems.read(where, text, parse);
    if (found !== undefined && prefix !== undefined && !prefix.range.contains(found)) {
      problems.add(where, `${found} lies outside ${prefix}`);
    }
    return found;
  };
  const gateway = block([...path, 'gateway'], fields.gateway, IpAddress.parse);
  const range = block([...path, 'range'], fields.range, parseBlock);
  const exclude = itemsOf(fields.exclude).flatMap(([index, text]) => {
    return block([...path, 'exclude', index], text, parseBlock) ?? [];
  });
  if (prefix === undefined) return undefined;
  if (!prefix.isNetwork) problems.add(prefixPath, `${prefix} has host bits`, `Write ${prefix.network}.`);
  if (prefix.length > prefix.address.bits - 2) {
    problems.add(prefixPath, `${prefix} has no room for a gateway and a sandbox`, 'Choose a wider prefix.');
  }
  return { prefix, ...present({ gateway, range, exclude: exclude.length === 0 ? undefined : exclude }) };
}
