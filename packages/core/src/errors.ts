import { TsnetError, type TsnetErrorOptions } from '@tsnet/errors';

/** A name is not allowed for the thing it should name. */
export class InvalidNameError extends TsnetError {
  constructor(what: string, name: string, reason: string) {
    super({
      code: 'CORE_INVALID_NAME',
      kind: 'invalid',
      operation: `name ${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}`,
      subject: quote(name),
      reason,
    });
  }
}

/** Ports cannot be published or unpublished as asked. */
export class PublishError extends TsnetError {
  constructor(
    port: string,
    options: Pick<TsnetErrorOptions, 'kind' | 'reason'> & Partial<TsnetErrorOptions>,
  ) {
    super({ code: 'CORE_PUBLISH', operation: 'publish', ...options, subject: port });
  }
}

/** A port to publish cannot be understood. */
export class InvalidPortSpecError extends PublishError {
  constructor(text: string, reason: string, cause?: unknown) {
    super(quote(text), {
      code: 'CORE_INVALID_PORT',
      kind: 'invalid',
      reason,
      hint: 'Write [hostIP:]hostPort[-last]:port[-last][/tcp|udp], as in 127.0.0.1:8080:80/tcp.',
      cause,
    });
  }
}

/** A network cannot be created. */
class NetworkCreationError extends TsnetError {
  constructor(network: string, options: Omit<TsnetErrorOptions, 'operation' | 'subject'>) {
    super({ ...options, operation: 'create network', subject: network });
  }
}

/** A network's settings cannot work together. */
export class InvalidNetworkError extends NetworkCreationError {
  constructor(name: string, reason: string, hint?: string, cause?: unknown) {
    super(name, { code: 'CORE_INVALID_NETWORK', kind: 'invalid', reason, hint, cause });
  }
}

/** Something is not there. */
class NotFoundError extends TsnetError {
  constructor(code: string, thing: string, operation: string, subject: string, hint?: string) {
    const reason = `there is no such ${thing}`;
    super({
      code,
      kind: 'not-found',
      operation,
      subject,
      reason,
      hint: hint ?? `List the ${thing}s to see which there are.`,
    });
  }
}

/** The engine has no driver of that name. */
export class DriverNotFoundError extends NotFoundError {
  constructor(driver: string, known: readonly string[]) {
    const hint = `Known drivers: ${known.join(', ')}.`;
    super('CORE_DRIVER_NOT_FOUND', 'driver', 'use driver', quote(driver), hint);
  }
}

/** A network has that name, or the id that it was to have. */
export class NetworkExistsError extends NetworkCreationError {
  constructor(name: string, reason = 'a network of that name exists') {
    super(name, {
      code: 'CORE_NETWORK_EXISTS',
      kind: 'already-exists',
      reason,
      hint: 'Choose another name, or delete that network first.',
    });
  }
}

/** A link of the host has the name that a network or its link should have. */
export class LinkExistsError extends NetworkCreationError {
  constructor(network: string, ifName: string) {
    super(network, {
      code: 'CORE_LINK_EXISTS',
      kind: 'already-exists',
      reason: `the host already has a link named ${ifName}`,
      hint: 'Choose another name for the network, or for its bridge.',
    });
  }
}

/** There is no such network. */
export class NetworkNotFoundError extends NotFoundError {
  constructor(operation: string, nameOrId: string) {
    super('CORE_NETWORK_NOT_FOUND', 'network', operation, quote(nameOrId));
  }
}

/** A network still has endpoints, or its pools have leases of others. */
export class NetworkInUseError extends TsnetError {
  constructor(name: string, what: string, users: readonly string[], more: boolean) {
    super({
      code: 'CORE_NETWORK_IN_USE',
      kind: 'in-use',
      operation: 'remove network',
      subject: name,
      reason: `it has ${what}: ${users.join(', ')}${more ? ', …' : ''}`,
      hint: 'Disconnect or release them first, or delete the network by force.',
    });
  }
}

/** Another operation is creating or deleting the thing. */
export class NotReadyError extends TsnetError {
  constructor(operation: string, subject: string, state: string) {
    const isNew = state === 'creating';
    super({
      code: 'CORE_NOT_READY',
      kind: 'conflict',
      operation,
      subject,
      reason: isNew ? 'it is still being created' : 'another operation is deleting it',
      hint: `If that one was killed, delete it ${isNew ? '' : 'again '}by force.`,
    });
  }
}

/** A prefix meets that of another network. */
export class SubnetOverlapError extends NetworkCreationError {
  constructor(network: string, prefix: string, otherPrefix: string, otherNetwork: string, cause: unknown) {
    super(network, {
      code: 'CORE_SUBNET_OVERLAP',
      kind: 'conflict',
      reason: `${prefix} overlaps ${otherPrefix} of network ${otherNetwork}`,
      hint: 'Choose another prefix, or leave it out to have a free one chosen.',
      cause,
    });
  }
}

/** The host already routes addresses of a prefix elsewhere. */
export class RouteOverlapError extends NetworkCreationError {
  constructor(network: string, prefix: string, route: string) {
    super(network, {
      code: 'CORE_ROUTE_OVERLAP',
      kind: 'conflict',
      reason: `${prefix} overlaps the host's route to ${route}`,
      hint: 'Choose a prefix that the host does not reach otherwise; `ip route show table all` lists them.',
    });
  }
}

/** There is no such endpoint. */
export class EndpointNotFoundError extends NotFoundError {
  constructor(operation: string, subject: string) {
    super('CORE_ENDPOINT_NOT_FOUND', 'endpoint', operation, subject);
  }
}

/** Every address that a network gives out by itself is held. */
export class NetworkFullError extends TsnetError {
  constructor(network: string, capacity: bigint, prefixes: string, cause: unknown) {
    super({
      code: 'CORE_NETWORK_FULL',
      kind: 'exhausted',
      operation: 'connect to',
      subject: network,
      reason: `all ${capacity} addresses of ${prefixes} are held`,
      hint: 'Disconnect what is no longer needed, or make a larger network.',
      cause,
    });
  }
}

/** An endpoint stands in the way of a new one. */
export class EndpointExistsError extends TsnetError {
  constructor(subject: string, reason: string, hint: string) {
    const operation = 'connect';
    super({ code: 'CORE_ENDPOINT_EXISTS', kind: 'already-exists', operation, subject, reason, hint });
  }
}

/** The requested addresses or families do not fit the network. */
export class InvalidEndpointError extends TsnetError {
  constructor(subject: string, reason: string, hint?: string) {
    super({ code: 'CORE_INVALID_ENDPOINT', kind: 'invalid', operation: 'connect', subject, reason, hint });
  }
}

/** The sandbox is the host's own namespace. */
export class SandboxIsHostError extends TsnetError {
  constructor(operation: string, sandbox: string) {
    const reason = "it is the host's own network namespace";
    const hint = 'Name another namespace, or make one.';
    super({ code: 'CORE_SANDBOX_IS_HOST', kind: 'invalid', operation, subject: sandbox, reason, hint });
  }
}

/** A host port leads somewhere else already. */
export class PortTakenError extends PublishError {
  constructor(port: string, holder: string) {
    const hint = 'Choose another host port, or 0 for a free one.';
    super(port, { code: 'CORE_PORT_TAKEN', kind: 'in-use', reason: `it is taken by ${holder}`, hint });
  }
}

/** An address cannot be published on: nobody could reach the port there. */
export class HostAddressError extends PublishError {
  constructor(port: string, reason: string, cause?: unknown) {
    super(port, {
      code: 'CORE_HOST_ADDRESS',
      kind: 'invalid',
      reason,
      hint: 'Name an address of the host, or none to publish on all.',
      cause,
    });
  }
}

/** No run of free host ports of that length was found. */
export class NoFreePortError extends PublishError {
  constructor(port: string, attempts: number) {
    const reason = `no free host ports were found in ${attempts} attempts`;
    const hint = 'Name the host ports, or unpublish some.';
    super(port, { code: 'CORE_NO_FREE_PORT', kind: 'exhausted', reason, hint });
  }
}

/** A kernel setting under /proc/sys cannot be read or written. */
export class SysctlError extends TsnetError {
  constructor(operation: string, name: string, cause: unknown) {
    super({
      code: 'CORE_SYSCTL',
      kind: 'permission',
      operation,
      subject: name,
      reason: joinReasons([cause]),
      hint: 'Run as root with /proc/sys mounted writable.',
      cause,
    });
  }
}

/** Several things went wrong. */
class SeveralError extends TsnetError {
  readonly errors: readonly unknown[];

  constructor(errors: readonly unknown[], options: Omit<TsnetErrorOptions, 'kind'>) {
    super({ ...options, kind: 'internal' });
    this.errors = errors;
  }
}

/** Several steps of a teardown failed; the others were carried out. */
export class TeardownError extends SeveralError {
  constructor(subject: string, errors: readonly unknown[]) {
    super(errors, {
      code: 'CORE_TEARDOWN',
      operation: 'take down',
      subject,
      reason: joinReasons(errors),
      hint: 'The rest was taken down. Take the cause away, then do the same by force.',
      cause: errors[0],
    });
  }
}

/** A step failed, and so did undoing steps before it. */
export class UndoError extends SeveralError {
  constructor(failure: unknown, errors: readonly unknown[]) {
    super(errors, {
      code: 'CORE_UNDO',
      operation: 'undo',
      subject: 'what was done',
      reason: `${joinReasons(errors)}; undone because: ${joinReasons([failure])}`,
      hint: 'It is still recorded: take the cause away, then delete or disconnect it by force.',
      cause: failure,
    });
  }
}

function joinReasons(errors: readonly unknown[]): string {
  return errors.map((error) => (error instanceof Error ? error.message : String(error))).join('; ');
}

function quote(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
