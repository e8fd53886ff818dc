import type { Engine, Host, Inventory, Step } from '@tsnet/core';
import type { Ipam, Store } from '@tsnet/ipam';
import type { Invocation } from './invocation.ts';
import { requirePrivilege } from './privilege.ts';
import { type HeldSignals, holdSignals } from './signals.ts';
import { copyStore, openExistingStore, openForChange, type StoreOptions } from './store.ts';

/** What a command that changes something works with. */
export interface Session extends AsyncDisposable {
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

/** What a command about whole pools works with. The kernel has no part in it. */
export interface IpamSession {
  readonly ipam: Ipam;
  readonly store: Store;
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
  const [{ Ipam }, store] = await Promise.all([
    import('@tsnet/ipam'),
    invocation.dryRun ? copyStore(invocation) : openForChange(invocation, options),
  ]);
  await using _ = store;
  return await body({ ipam: new Ipam(store), store });
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

/** Runs `body` with what {@link openEngine} opens. */
export async function withEngine<T>(
  invocation: Invocation,
  body: (session: Session) => Promise<T>,
  options: StoreOptions = {},
): Promise<T> {
  await using session = await openEngine(invocation, options);
  return await body(session);
}

/**
 * Opens an engine on this host, and holds signals for as long as it is open. The store is made if `createStore` says so.
 * Needs CAP_NET_ADMIN, CAP_NET_RAW and CAP_SYS_ADMIN.
 */
export async function openEngine(invocation: Invocation, options: StoreOptions = {}): Promise<Session> {
  requirePrivilege(invocation.command);
  const [{ BridgeDriver }, { Engine, Host }, { openLinux }] = await Promise.all([
    import('@tsnet/bridge'),
    import('@tsnet/core'),
    import('@tsnet/linux'),
  ]);
  const store = await openForChange(invocation, options);
  const signals = holdSignals();
  const host = Host.open({ linux: openLinux() });
  const driver = BridgeDriver.open({
    host,
    ...(invocation.verbose ? { onFallback: (reason) => tellFallback(invocation, reason) } : {}),
  });
  const engine = new Engine({
    host,
    store,
    drivers: [driver],
    ...(invocation.verbose ? { onStep: (step, duration) => tellStep(invocation, step, duration) } : {}),
  });
  return {
    ...{ engine, host, store, signals },
    // It closes the store, the host and the driver too.
    async [Symbol.asyncDispose]() {
      await engine.close();
      signals[Symbol.dispose]();
    },
  };
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
