/**
 * The contract of the API, as tests for vitest: whatever serves it passes them.
 *
 * @packageDocumentation
 */
export { itServesTheApi, type ServedApi } from './testing/api-contract.ts';
