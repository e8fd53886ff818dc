/**
 * What drivers are tested with: the suite that every {@link Driver} must pass, for vitest, and a driver
 * whose steps fail when a test wants them to.
 *
 * ```ts
 * import { driverContract, FaultyDriver } from '@tsnet/core/testing';
 *
 * driverContract('MyDriver', () => openBench());
 * new FaultyDriver(driver).fail('create-link');
 * ```
 *
 * @packageDocumentation
 */
export { driverContract } from './testing/driver-contract.ts';
export type { DriverBench } from './testing/driver-fixtures.ts';
export { FaultyDriver } from './testing/faulty-driver.ts';
