import { type Endpoint, type Host, Inventory, type Network } from '@tsnet/core';
import { listPools, type Pool, type Store, transact } from '@tsnet/ipam';
import { netnsCookie } from '@tsnet/linux';
import { type NetnsRef, parseNetnsRef } from '@tsnet/netns';
import { type Declaration, isOfProject } from './declaration.ts';
import { listSandboxRecords, type SandboxRecord } from './sandbox-record.ts';

/** A sandbox, as it is. */
export interface ObservedSandbox {
  /** What its namespace is known by; undefined when there is none. */
  readonly key: string | undefined;
  /** The project that made it; undefined when others did. */
  readonly project: string | undefined;
}

/** What there is, as a plan is made against it. */
export interface Observed {
  readonly networks: readonly Network[];
  readonly endpoints: readonly Endpoint[];
  /** By their ids. */
  readonly pools: ReadonlyMap<string, Pool>;
  /** By how they are named: those that a declaration names, and all that its project made. */
  readonly sandboxes: ReadonlyMap<string, ObservedSandbox>;
}

/** Where what there is can be seen. */
export interface Sight {
  readonly host: Host;
  readonly store: Store;
}

/**
 * Looks at all that a declaration could concern, and changes nothing. Needs CAP_SYS_ADMIN where there are sandboxes, to
 * tell one namespace from another.
 */
export async function observe({ host, store }: Sight, declaration: Declaration): Promise<Observed> {
  const { project } = declaration;
  const inventory = new Inventory(store);
  const [networks, endpoints] = await Promise.all([inventory.listNetworks(), inventory.listEndpoints()]);
  const { pools, records } = await transact(
    store,
    async (tx) => ({ pools: await listPools(tx), records: await listSandboxRecords(tx) }),
    { readOnly: true },
  );
  const names = new Set([
    ...declaration.sandboxes.map(({ name }) => name),
    ...endpoints.flatMap((endpoint) => (isOfProject(endpoint, project) ? [endpoint.sandbox.ref] : [])),
    ...[...records].flatMap(([name, record]) => (record.project === project ? [name] : [])),
  ]);
  return {
    networks,
    endpoints,
    pools: new Map(pools.map((pool) => [pool.id, pool])),
    sandboxes: new Map([...names].map((name) => [name, observeSandbox(host, name, records.get(name))])),
  };
}

function observeSandbox(host: Host, name: string, record: SandboxRecord | undefined): ObservedSandbox {
  const key = sandboxKey(host, parseNetnsRef(name));
  // A namespace that somebody else has made under the name since is not the project's.
  const isRecorded = key === undefined || record?.key === undefined || record.key === key;
  return { key, project: isRecorded ? record?.project : undefined };
}

/** What a namespace is known by, in endpoints as well; undefined when there is none. */
export function sandboxKey(host: Host, ref: NetnsRef): string | undefined {
  using netns = host.sandboxes.find(ref);
  return netns === undefined ? undefined : host.netnsKey(netnsCookie(host.linux, netns.fd));
}
