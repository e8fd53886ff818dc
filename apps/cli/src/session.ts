import { join } from 'node:path';
import type { Engine, Host, Inventory, Step } from '@tsnet/core';
import type { Store } from '@tsnet/ipam';
import type { Invocation } from './invocation.ts';
import { requirePrivilege } from './privilege.ts';
import { type HeldSignals, holdSignals } from './signals.ts';

/** What a command that changes something works with. */
export interface Session {
  readonly engine: Engine;
  readonly host: Host;
  readonly signals: HeldSignals;
}

/** Runs `body` with what the store knows. It needs no privilege but access to the state directory. */
export async function withInventory<T>(
  invocation: Invocation,
  body: (inventory: Inventory) => Promise<T>,
): Promise<T> {
  const [{ Inventory }, store] = await Promise.all([import('@tsnet/core/inventory'), openStore(invocation)]);
  await using _ = store;
  return await body(new Inventory(store));
}

/** Runs `body` with an engine on this host. Needs CAP_NET_ADMIN and CAP_SYS_ADMIN. */
export async function withEngine<T>(
  invocation: Invocation,
  body: (session: Session) => Promise<T>,
): Promise<T> {
  requirePrivilege(invocation.command);
  const [{ BridgeDriver }, { Engine, Host }, { openLinux }] = await Promise.all([
    import('@tsnet/bridge'),
    import('@tsnet/core'),
    import('@tsnet/linux'),
  ]);
  using signals = holdSignals();
  // The engine closes both too; closing again does nothing.
  await using store = await openStore(invocation);
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
  return await body({ engine, host, signals });
}

async function openStore(invocation: Invocation): Promise<Store> {
  const { SqliteStore } = await import('@tsnet/ipam');
  return SqliteStore.open(join(invocation.stateDirectory, 'state.db'));
}

function tellStep({ output }: Invocation, { name, subject }: Step, duration: number): void {
  const milliseconds = Math.round(duration * 1000) / 1000;
  output.remark({ step: { name, subject, milliseconds } }, () => {
    return `${milliseconds.toFixed(3).padStart(9)} ms  ${name}  ${subject}`;
  });
}

function tellFallback({ output }: Invocation, reason: string): void {
  const message = `${reason}; the nft program is used instead`;
  output.remark({ notice: { code: 'NFT_FALLBACK', message } }, () => `note: ${message}`);
}
