import { parseNetnsRef } from '@tsnet/netns';
import { Sandbox, type Surroundings } from '../host/sandbox.ts';
import type { Endpoint } from '../model/endpoint.ts';

/** Opens the sandbox of an endpoint; undefined where the words by which it was named lead nowhere, or elsewhere by now. */
export function openSandbox(
  surroundings: Surroundings,
  { sandbox: { ref, key } }: Endpoint,
): Sandbox | undefined {
  const sandbox = Sandbox.find(surroundings, 'survey', parseNetnsRef(ref));
  if (sandbox?.identity.key === key) return sandbox;
  sandbox?.close();
  return undefined;
}
