import type { CallOptions, Input, Output } from '@tsnet/api';
import { parsePortSpec } from '@tsnet/core/port';
import { parseNetnsRef } from '@tsnet/netns';
import { type ChangeContext, createOptions, endpointCheck, networkCheck } from '../change-context.ts';
import { endpointDocument } from '../documents/endpoint-document.ts';
import { networkDocument } from '../documents/network-document.ts';
import { readEndpointSpec } from '../specs/endpoint-spec.ts';
import { readNetworkSpec } from '../specs/network-spec.ts';

/** Creates a network, under the id that an idempotency key gives. */
export async function createNetwork(
  { engine }: ChangeContext,
  input: Input<'createNetwork'>,
  options: CallOptions,
): Promise<Output<'createNetwork'>> {
  return networkDocument(await engine.createNetwork(readNetworkSpec(input), createOptions(options)));
}

/** Deletes a network, if it is as it was seen. */
export async function deleteNetwork(
  { engine }: ChangeContext,
  { network, force = false }: Input<'deleteNetwork'>,
  options: CallOptions,
): Promise<Output<'deleteNetwork'>> {
  const check = networkCheck('remove network', options);
  return networkDocument(await engine.deleteNetwork(network, { force, ...check }));
}

/** Deletes every network without endpoints. */
export async function pruneNetworks({ engine }: ChangeContext): Promise<Output<'pruneNetworks'>> {
  return (await engine.pruneNetworks()).map(networkDocument);
}

/** Connects a sandbox, under the id that an idempotency key gives. */
export async function connect(
  { engine }: ChangeContext,
  input: Input<'connect'>,
  options: CallOptions,
): Promise<Output<'connect'>> {
  return endpointDocument(await engine.connect(readEndpointSpec(input), createOptions(options)));
}

/** Disconnects an endpoint, if it is as it was seen. */
export async function disconnect(
  { engine }: ChangeContext,
  { endpoint, force = false }: Input<'disconnect'>,
  options: CallOptions,
): Promise<Output<'disconnect'>> {
  const check = endpointCheck('disconnect', options);
  return endpointDocument(await engine.disconnect(endpoint, { force, ...check }));
}

/** Disconnects a sandbox, living or gone, from a network. */
export async function disconnectSandbox(
  { engine }: ChangeContext,
  { network, sandbox, force = false }: Input<'disconnectSandbox'>,
): Promise<Output<'disconnectSandbox'>> {
  const gone = await engine.disconnectSandbox(network, parseNetnsRef(sandbox), { force });
  return gone.map(endpointDocument);
}

/** Opens ports of an endpoint, if it is as it was seen. */
export async function publish(
  { engine }: ChangeContext,
  { endpoint, ports }: Input<'publish'>,
  options: CallOptions,
): Promise<Output<'publish'>> {
  const check = endpointCheck('publish on', options);
  return endpointDocument(await engine.publish(endpoint, ports.map(parsePortSpec), check));
}

/** Closes a port of an endpoint, if that is as it was seen. */
export async function unpublish(
  { engine }: ChangeContext,
  { endpoint, port }: Input<'unpublish'>,
  options: CallOptions,
): Promise<Output<'unpublish'>> {
  const check = endpointCheck('unpublish on', options);
  return endpointDocument(await engine.unpublish(endpoint, [parsePortSpec(port)], check));
}
