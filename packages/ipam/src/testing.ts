/**
 * The suite that every {@link Store} must pass, for vitest.
 *
 * ```ts
 * import { MemoryStore } from '@tsnet/ipam';
 * import { storeContract } from '@tsnet/ipam/testing';
 *
 * storeContract('MemoryStore', async () => new MemoryStore());
 * ```
 *
 * @packageDocumentation
 */
export { storeContract } from './store/store-contract.ts';
