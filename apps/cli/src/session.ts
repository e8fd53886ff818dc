import type { Engine, Host, Inventory, Rehearsal, Step } from '@tsnet/core';
import type { Ipam, Store } from '@tsnet/ipam';
import type { Invocation } from './invocation.ts';
import { requirePrivilege } from './privilege.ts';
import { type HeldSignals, holdSignals } from './signals.ts';
import { copyStore, openExistingStore, openStore } from './store.ts';

/** What a command that changes something works with. */
export interface Session {
  readonly engine: Engine;
  readonly host: Host;
  readonly store: Store;
  readonly signals: HeldSignals;
}

/**
 * Runs `body` with what the store knows, nothing if there is none; with `readOnly` not even an old store is upgraded.
 * Needs access to the state directory only.
 */
export async function withInventory<T>(
  invocation: Invocation,
  body: (inventory: Inventory) => Promise<T>,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): Promise<T> {
  const [{ Inventory }, store] = await Promise.all([
    import('@tsnet/core/inventory'),
    openExistingStore(invocation, { readOnly }),
  ]);
  await using _ = store;
  return await body(new Inventory(store));
}

/** What a command about pools works with. The kernel has no part in it. */
export interface IpamSession {
  readonly ipam: Ipam;
  readonly store: Store;
  readonly inventory: Inventory;
}

/** How the store is opened for a change. */
export interface StoreOptions {
  /** It is made where it is missing. */
  readonly createStore?: boolean;
}

/**
 * Runs `body` with pools and leases, and the store made if `createStore` says so; with `--dry-run` on a copy of it. Needs
 * access to the state directory only.
 */
export async function withIpam<T>(
  invocation: Invocation,
  body: (session: IpamSession) => Promise<T>,
  options: StoreOptions = {},
): Promise<T> {
  const [{ Ipam }, { Inventory }, store] = await Promise.all([
    import('@tsnet/ipam'),
    import('@tsnet/core/inventory'),
    invocation.dryRun ? copyStore(invocation) : openForChange(invocation, options),
  ]);
  await using _ = store;
  return await body({ ipam: new Ipam(store), store, inventory: new Inventory(store) });
}

/** Runs `body` with an engine that finds the endpoints of namespaces, and changes nothing. Needs CAP_SYS_ADMIN. */
export async function withNamespaces<T>(
  invocation: Invocation,
  body: (engine: Pick<Engine, 'listSandboxEndpoints'>) => Promise<T>,
): Promise<T> {
  const [{ Engine, Host }, { openLinux }] = await Promise.all([
    import('@tsnet/core'),
    import('@tsnet/linux'),
  ]);
  await using store = await openExistingStore(invocation);
  using host = Host.open({ linux: openLinux() });
  await using engine = new Engine({ host, store, drivers: [] });
  return await body(engine);
}

/**
 * Runs `body` with this host and what the store knows, and changes nothing; with `--dry-run` not even an old store is
 * upgraded. Needs CAP_SYS_ADMIN.
 */
export async function withHost<T>(
  invocation: Invocation,
  body: (sight: Pick<Session, 'host' | 'store'>) => Promise<T>,
): Promise<T> {
  requirePrivilege(invocation.command);
  const [{ Host }, { openLinux }] = await Promise.all([import('@tsnet/core'), import('@tsnet/linux')]);
  await using store = await openExistingStore(invocation, { readOnly: invocation.dryRun });
  using host = Host.open({ linux: openLinux() });
  return await body({ host, store });
}

/**
 * Runs `body` with an engine on this host. The store is made if `createStore` says so, which only the first
 * network needs: with a mistyped path, everything else fails and leaves nothing. Needs CAP_NET_ADMIN,
 * CAP_NET_RAW and CAP_SYS_ADMIN.
 */
export async function withEngine<T>(
  invocation: Invocation,
  body: (session: Session) => Promise<T>,
  options: StoreOptions = {},
): Promise<T> {
  requirePrivilege(invocation.command);
  const [{ BridgeDriver }, { Engine, Host }, { openLinux }] = await Promise.all([
    import('@tsnet/bridge'),
    import('@tsnet/core'),
    import('@tsnet/linux'),
  ]);
  using signals = holdSignals();
  // The engine closes both too; closing again does nothing.
  await using store = await openForChange(invocation, options);
  using host = Host.open({ linux: openLinux() });
  const driver = BridgeDriver.open({
    host,
    ...(invocation.verbose ? { onFallback: (reason) => tellFallback(invocation, reason) } : {}),
  });
  await using engine = new Engine({
    host,
    store,
    drivers: [driver],
    ...(invocation.verbose ? { onStep: (step, duration) => tellStep(invocation, step, duration) } : {}),
  });
  return await body({ engine, host, store, signals });
}

/** Finds out what `body` would do and return, as {@link withEngine} would run it, and changes nothing. */
export function rehearse<T>(
  invocation: Invocation,
  body: (session: Session) => Promise<T>,
): Promise<Rehearsal<T>> {
  return withEngine(invocation, ({ engine, ...rest }) =>
    engine.rehearse((rehearsal) => body({ ...rest, engine: rehearsal })),
  );
}

function openForChange(invocation: Invocation, { createStore = false }: StoreOptions): Promise<Store> {
  if (invocation.dryRun) return openExistingStore(invocation, { readOnly: true });
  return createStore ? openStore(invocation) : openExistingStore(invocation);
}

function tellStep({ output }: Invocation, { name, subject }: Step, duration: number): void {
  const milliseconds = Math.round(duration * 1000) / 1000;
  output.remark({ step: { name, subject, milliseconds } }, () => {
    return `${milliseconds.toFixed(3).padStart(9)} ms  ${name}  ${subject}`;
  });
}

function tellFallback({ output }: Invocation, reason: string): void {
  output.note('NFT_FALLBACK', `${reason}; the nft program is used instead`);
}
