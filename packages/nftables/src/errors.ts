import { constants } from 'node:os';
import { TsnetError } from '@tsnet/errors';
import { errnoKind } from '@tsnet/linux';
import type { Refusal } from './refusal.ts';

/** nftables refused a transaction or a listing. Nothing of the transaction was applied. */
export class NftablesError extends TsnetError {
  /** The first command that was refused; undefined when nftables does not say which, or there was one only. */
  readonly command: string | undefined;
  /** What nftables or the kernel said, as it said it. */
  readonly kernelMessage: string;
  /** Symbolic errno (`EEXIST`); undefined for what never reached the kernel, such as a syntax error. */
  readonly errnoName: string | undefined;
  /** Positive errno. */
  readonly errno: number | undefined;

  constructor(operation: string, subject: string, refusal: Refusal) {
    const errno = refusal.errnoName === undefined ? undefined : errnoNumbers.get(refusal.errnoName);
    const kind = errno === undefined ? 'invalid' : errnoKind(errno);
    super({
      code: `NFTABLES_${refusal.errnoName ?? 'REFUSED'}`,
      kind,
      operation,
      subject,
      reason: refusal.errnoName === undefined ? refusal.message : `${refusal.message} (${refusal.errnoName})`,
      hint: kind === 'permission' ? 'Run as root, or with CAP_NET_ADMIN.' : undefined,
    });
    this.command = refusal.command;
    this.kernelMessage = refusal.message;
    this.errnoName = refusal.errnoName;
    this.errno = errno;
  }
}

const errnoNumbers = new Map<string, number>(Object.entries(constants.errno));

/** A name, value or expression cannot stand in an nftables command. Nothing has run. */
export class InvalidNftablesInputError extends TsnetError {
  constructor(subject: string, reason: string, cause?: unknown) {
    super({ code: 'NFTABLES_INVALID_INPUT', kind: 'invalid', operation: 'use', subject, reason, cause });
  }
}

/** This host has neither the library nor the program that was asked for. */
export class NftablesMissingError extends TsnetError {
  constructor(reason: string, cause?: unknown) {
    super({
      code: 'NFTABLES_MISSING',
      kind: 'unsupported',
      operation: 'reach nftables',
      subject: '',
      reason,
      hint: 'Install it: `apt-get install nftables`, or the package of that name in your distribution.',
      cause,
    });
  }
}

/** A listing does not look as nft prints it. */
export class CorruptNftablesListingError extends TsnetError {
  constructor(subject: string, reason: string, cause?: unknown) {
    super({
      code: 'NFTABLES_CORRUPT_LISTING',
      kind: 'corrupt',
      operation: 'understand',
      subject,
      reason,
      cause,
    });
  }
}

/** The handle was used after `close`. */
export class NftablesClosedError extends TsnetError {
  constructor() {
    super({
      code: 'NFTABLES_CLOSED',
      kind: 'invalid',
      operation: 'use nftables',
      subject: '',
      reason: 'the handle is closed',
    });
  }
}
