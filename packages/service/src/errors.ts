import { TsnetError } from '@tsnet/errors';

/** An owner is named as the engine names those of its own. Code `SERVICE_ENGINE_OWNER`. */
export class EngineOwnerError extends TsnetError {
  constructor(owner: string, kind: 'endpoint' | 'network') {
    const holder = kind === 'endpoint' ? 'endpoints' : 'gateways';
    super({
      code: 'SERVICE_ENGINE_OWNER',
      kind: 'invalid',
      operation: 'take for an owner',
      subject: JSON.stringify(owner),
      reason: `under such names a network holds the addresses of its ${holder}`,
      hint: 'Name another owner. Such an address is given back when the endpoint is disconnected, or the network deleted.',
    });
  }
}

/** The pool is that of a network. Code `SERVICE_POOL_OF_NETWORK`. */
export class PoolOfNetworkError extends TsnetError {
  constructor(id: string, network: string) {
    super({
      code: 'SERVICE_POOL_OF_NETWORK',
      kind: 'in-use',
      operation: 'remove pool',
      subject: id,
      reason: `network ${network} takes its addresses from it`,
      hint: `Delete the network ${network} instead.`,
    });
  }
}

/** The address lies in no pool. Code `SERVICE_ADDRESS_IN_NO_POOL`. */
export class AddressInNoPoolError extends TsnetError {
  constructor(address: string) {
    super({
      code: 'SERVICE_ADDRESS_IN_NO_POOL',
      kind: 'not-found',
      operation: 'say who holds',
      subject: address,
      reason: 'no pool contains it',
      hint: 'List the pools to see which there are.',
    });
  }
}

/** There is no namespace of that name, nor any endpoint of one. Code `SERVICE_SANDBOX_NOT_FOUND`. */
export class SandboxNotFoundError extends TsnetError {
  constructor(name: string) {
    super({
      code: 'SERVICE_SANDBOX_NOT_FOUND',
      kind: 'not-found',
      operation: 'remove namespace',
      subject: name,
      reason: 'there is none of that name',
      hint: 'List the sandboxes to see which there are.',
    });
  }
}

/** What should be a name leads to a namespace in another way. Code `SERVICE_INVALID_SANDBOX_NAME`. */
export class InvalidSandboxNameError extends TsnetError {
  constructor(text: string) {
    super({
      code: 'SERVICE_INVALID_SANDBOX_NAME',
      kind: 'invalid',
      operation: 'take for the name of a sandbox',
      subject: JSON.stringify(text),
      reason: 'it is a path or a process',
      hint: 'Give a name, as the list of sandboxes has them.',
    });
  }
}

/** Nothing is on record, and the host has things of tsnet: this may be the wrong state. Code `SERVICE_NOTHING_ON_RECORD`. */
export class NothingOnRecordError extends TsnetError {
  constructor(count: number) {
    super({
      code: 'SERVICE_NOTHING_ON_RECORD',
      kind: 'conflict',
      operation: 'reconcile',
      subject: 'the host',
      reason: `no network is on record, and it has ${count} ${count === 1 ? 'thing' : 'things'} of tsnet`,
      hint: 'Look at the status. Use the state that they are from, or remove them by force.',
    });
  }
}

/** The cursor of a page is none that was given out. Code `SERVICE_INVALID_CURSOR`. */
export class InvalidCursorError extends TsnetError {
  constructor(cursor: string, cause?: unknown) {
    super({
      code: 'SERVICE_INVALID_CURSOR',
      kind: 'invalid',
      operation: 'go on behind cursor',
      subject: JSON.stringify(cursor),
      reason: 'no page has ended with it',
      hint: 'Give the cursor that the page before has named, or none.',
      cause,
    });
  }
}

/** What should be changed is not what it was. Code `API_PRECONDITION`. */
export class PreconditionError extends TsnetError {
  constructor(operation: string, subject: string) {
    super({
      code: 'API_PRECONDITION',
      kind: 'conflict',
      operation,
      subject,
      reason: 'it has changed since its ETag was read',
      hint: 'Read it again, and decide anew.',
    });
  }
}
