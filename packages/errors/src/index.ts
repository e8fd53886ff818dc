/**
 * The error type that every `@tsnet` package throws.
 *
 * ```ts
 * import { isTsnetError } from '@tsnet/errors';
 *
 * try {
 *   await engine.connect(spec);
 * } catch (error) {
 *   if (isTsnetError(error) && error.kind === 'already-exists') console.error(error.message, error.hint);
 *   else throw error;
 * }
 * ```
 *
 * @packageDocumentation
 */
export { exitCodeOf, exitCodes } from './exit-code.ts';
export { type ErrorKind, errorKinds } from './kind.ts';
export { isTsnetError, TsnetError, type TsnetErrorJson, type TsnetErrorOptions } from './tsnet-error.ts';
