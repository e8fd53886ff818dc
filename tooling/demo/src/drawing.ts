/** The parts of `tsnet network inspect --json` that are drawn. */
export interface NetworkDocument {
  readonly name: string;
  readonly ifName: string;
  readonly subnets: readonly { readonly prefix: string; readonly gateway: string }[];
  readonly endpoints: readonly EndpointDocument[];
}

interface EndpointDocument {
  readonly sandbox: string;
  readonly ifName: string;
  readonly hostIfName: string;
  readonly addresses: readonly { readonly address: string }[];
  readonly ports: readonly PortDocument[];
}

interface PortDocument {
  readonly protocol: string;
  readonly hostPort: number;
  readonly port: number;
}

/** Draws a host with its networks, their sandboxes, and the ports that lead to them. */
export function drawHost(
  outside: readonly string[],
  host: readonly string[],
  networks: readonly NetworkDocument[],
): string {
  return [
    `outside   ${outside.join('  ')}`,
    '   │',
    `host      ${host.join('  ')}`,
    '   │',
    ...networks.flatMap((network, index) => drawNetwork(network, index === networks.length - 1)),
  ].join('\n');
}

function drawNetwork(network: NetworkDocument, last: boolean): readonly string[] {
  const { name, ifName, subnets, endpoints } = network;
  const indent = last ? '    ' : '   │';
  const gateways = subnets.map(({ prefix, gateway }) => `${gateway}/${prefix.split('/')[1]}`);
  return [
    `   ${last ? '└' : '├'}── ${name} (bridge ${ifName})  ${gateways.join('  ')}`,
    ...endpoints.flatMap((endpoint, index) => drawEndpoint(endpoint, indent, index === endpoints.length - 1)),
    ...(last ? [] : ['   │']),
  ];
}

function drawEndpoint(endpoint: EndpointDocument, indent: string, last: boolean): readonly string[] {
  const { sandbox, ifName, addresses, ports } = endpoint;
  const published = ports.map(
    ({ hostPort, port, protocol }) => `◄─ host port ${hostPort} ► ${port}/${protocol}`,
  );
  const texts = [`${sandbox.padEnd(8)}${ifName}`, ...addresses.map(({ address }) => address), ...published];
  return [`${indent}     ${last ? '└' : '├'}── ${texts.join('  ')}`];
}
