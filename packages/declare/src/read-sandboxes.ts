import { checkIfName, checkName, type EndpointSpec, parsePortSpec } from '@tsnet/core';
import { IpAddress, MacAddress } from '@tsnet/inet';
import { parseNetnsRef } from '@tsnet/netns';
import { type DeclaredEndpoint, type DeclaredSandbox, withProject } from './declaration.ts';
import type { Problems } from './problem.ts';
import { booleanOf, fieldsOf, itemsOf, labelsOf, present } from './reading.ts';
import type { FieldPath } from './yaml-file.ts';

/** The sandboxes of a file, with their endpoints. */
export interface ReadSandboxes {
  readonly sandboxes: readonly DeclaredSandbox[];
  readonly endpoints: readonly DeclaredEndpoint[];
}

/** Reads the sandboxes of a file. */
export function readSandboxes(project: string, value: unknown, problems: Problems): ReadSandboxes {
  const sandboxes: DeclaredSandbox[] = [];
  const endpoints: DeclaredEndpoint[] = [];
  for (const [name, each] of Object.entries(fieldsOf(value))) {
    const path = ['sandboxes', name];
    const ref = problems.readKey(path, name, parseNetnsRef);
    if (ref === undefined) continue;
    const fields = fieldsOf(each);
    const external = booleanOf(fields.external) ?? false;
    if (!external && ref.kind !== 'name') {
      problems.addKey(path, 'only a sandbox with a name can be made', 'Say `external: true` of it.');
    }
    const sandbox = { name, ref, external };
    sandboxes.push(sandbox);
    for (const [network, endpoint] of Object.entries(fieldsOf(fields.endpoints))) {
      const place = [...path, 'endpoints', network];
      const spec = { network, ...readEndpoint(project, sandbox, fieldsOf(endpoint), place, problems) };
      endpoints.push({ sandbox: name, spec });
    }
  }
  return { sandboxes, endpoints };
}

function readEndpoint(
  project: string,
  sandbox: DeclaredSandbox,
  fields: Readonly<Record<string, unknown>>,
  path: FieldPath,
  problems: Problems,
): Omit<EndpointSpec, 'network'> {
  const addresses = itemsOf(fields.addresses).flatMap(([index, text]) => {
    return problems.read([...path, 'addresses', index], text, IpAddress.parse) ?? [];
  });
  const ports = itemsOf(fields.ports).flatMap(([index, port]) => {
    const text = typeof port === 'number' ? String(port) : port;
    return problems.read([...path, 'ports', index], text, parsePortSpec) ?? [];
  });
  const name = problems.read([...path, 'name'], fields.name, (text) => checkName('endpoint', text));
  return {
    sandbox: sandbox.ref,
    addresses,
    ports,
    ...present({
      name: name ?? defaultName(sandbox),
      mac: problems.read([...path, 'mac'], fields.mac, MacAddress.parse),
      ifName: problems.read([...path, 'ifName'], fields.ifName, checkIfName),
    }),
    labels: withProject(labelsOf(fields.labels), project),
  };
}

/** The sandbox's own name, where an endpoint can have it. */
function defaultName({ name }: DeclaredSandbox): string | undefined {
  try {
    return checkName('endpoint', name);
  } catch {
    return undefined;
  }
}
