import type { Input, Output, SandboxDocument } from '@tsnet/api';
import type { Endpoint } from '@tsnet/core';
import { isTsnetError } from '@tsnet/errors';
import { type NetnsEntry, parseNetnsRef } from '@tsnet/netns';
import type { ChangeContext } from '../change-context.ts';
import { endpointDocument } from '../documents/endpoint-document.ts';
import { InvalidSandboxNameError, SandboxNotFoundError } from '../errors.ts';

/** Every sandbox that has a name, with its endpoints, however it was named when they were connected. */
export async function listSandboxes({ engine }: ChangeContext): Promise<Output<'listSandboxes'>> {
  const sandboxes: SandboxDocument[] = [];
  for (const entry of engine.listSandboxes()) {
    const endpoints = await endpointsOf(engine, entry.name);
    sandboxes.push({ name: entry.name, state: stateOf(entry), endpoints: endpoints.map(endpointDocument) });
  }
  return sandboxes;
}

/** Makes a sandbox with a name; with a holder, it goes with that process. @throws {@link InvalidSandboxNameError} */
export async function createSandbox(
  { engine }: ChangeContext,
  { name: text, holder }: Input<'createSandbox'>,
): Promise<Output<'createSandbox'>> {
  const name = readName(text);
  await engine.createSandbox(name, holder === undefined ? {} : { held: true, holder });
  return { name, path: `/run/netns/${name}` };
}

/** @throws {@link SandboxNotFoundError}, {@link InvalidSandboxNameError} */
export async function deleteSandbox(
  { engine }: ChangeContext,
  { sandbox, holder }: Input<'deleteSandbox'>,
): Promise<Output<'deleteSandbox'>> {
  const name = readName(sandbox);
  const endpoints = oldestFirst(await engine.listSandboxEndpoints({ kind: 'name', name }));
  const existed = await engine.deleteSandbox(name, holder === undefined ? {} : { holder });
  if (!existed && endpoints.length === 0) throw new SandboxNotFoundError(name);
  return { name, existed, endpoints: endpoints.map(endpointDocument) };
}

function readName(text: string): string {
  const ref = parseNetnsRef(text);
  if (ref.kind === 'name') return ref.name;
  throw new InvalidSandboxNameError(text);
}

async function endpointsOf(engine: ChangeContext['engine'], name: string): Promise<readonly Endpoint[]> {
  try {
    return oldestFirst(await engine.listSandboxEndpoints({ kind: 'name', name }));
  } catch (error) {
    // A file there that is no namespace, or whose name can be none, has no endpoints.
    if (isTsnetError(error) && error.kind === 'invalid') return [];
    throw error;
  }
}

function oldestFirst(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return endpoints.toSorted((a, b) => a.createdAt - b.createdAt);
}

function stateOf({ stale, identity }: NetnsEntry): SandboxDocument['state'] {
  return stale ? 'stale' : identity === undefined ? 'no namespace' : 'live';
}
