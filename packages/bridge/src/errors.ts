import { TsnetError } from '@tsnet/errors';

/** A link that should be tsnet's does not bear its mark: it is never changed. */
export class ForeignLinkError extends TsnetError {
  constructor(operation: string, ifName: string, mark: string) {
    super({
      code: 'BRIDGE_FOREIGN_LINK',
      kind: 'conflict',
      operation,
      subject: ifName,
      reason: `the link of that name does not bear the alias "${mark}": tsnet did not make it`,
      hint: 'Rename or delete that link, then try again.',
    });
  }
}

/** The bridge of a network is gone. */
export class BridgeMissingError extends TsnetError {
  constructor(network: string, ifName: string) {
    super({
      code: 'BRIDGE_MISSING',
      kind: 'conflict',
      operation: 'connect to network',
      subject: network,
      reason: `its bridge ${ifName} is gone from the host`,
      hint: 'Reconcile, which makes it again as it was.',
    });
  }
}

/** The bridge of a network is down: nothing would pass. */
export class BridgeDownError extends TsnetError {
  constructor(network: string, ifName: string) {
    super({
      code: 'BRIDGE_DOWN',
      kind: 'conflict',
      operation: 'connect to network',
      subject: network,
      reason: `its bridge ${ifName} is down`,
      hint: `Reconcile, or raise it with "ip link set ${ifName} up".`,
    });
  }
}

/** The firewall has lost what keeps a network apart from others. */
export class FirewallMissingError extends TsnetError {
  constructor(subject: string, cause: unknown) {
    super({
      code: 'BRIDGE_FIREWALL_MISSING',
      kind: 'conflict',
      operation: 'open the firewall',
      subject,
      reason: 'the rules of tsnet are gone from it',
      hint: 'Reconcile, which puts them back.',
      cause,
    });
  }
}

/** The firewall has a table of tsnet's name without the sets that this version keeps its networks in. */
export class ForeignTableError extends TsnetError {
  constructor(table: string) {
    super({
      code: 'BRIDGE_FOREIGN_TABLE',
      kind: 'conflict',
      operation: 'open the firewall',
      subject: '',
      reason: `the table inet ${table} is there, but not as this version of tsnet makes it`,
      hint:
        `Delete it with "nft delete table inet ${table}", then try again. ` +
        'Networks whose rules it held are without them until they are deleted and created again.',
    });
  }
}

/** The host's firewall was changed so often by others that tsnet's part could not be put in. */
export class FirewallBusyError extends TsnetError {
  constructor(attempts: number) {
    super({
      code: 'BRIDGE_FIREWALL_BUSY',
      kind: 'unavailable',
      operation: 'open the firewall',
      subject: '',
      reason: `its table came and went during each of ${attempts} attempts`,
      hint: 'Try again.',
    });
  }
}

/** Another firewall drops what networks need, and the program that would let it through is missing. */
export class IptablesMissingError extends TsnetError {
  constructor(programs: readonly string[]) {
    super({
      code: 'BRIDGE_IPTABLES_MISSING',
      kind: 'unsupported',
      operation: 'let networks through iptables',
      subject: '',
      reason: `none of the programs ${programs.join(', ')} can be run`,
      hint:
        'Install the package "iptables", or create the network with the firewall "nftables" and let its bridge through ' +
        'the firewall of the host by a rule of your own.',
    });
  }
}

/** iptables did not take the rules that let networks through. */
export class IptablesRefusedError extends TsnetError {
  constructor(program: string, complaint: string, cause: unknown) {
    super({
      code: 'BRIDGE_IPTABLES_REFUSED',
      kind: 'unavailable',
      operation: 'let networks through iptables',
      subject: '',
      reason: `${program} says: ${complaint.trim().split('\n').join('; ')}`,
      hint: 'Try again. Where it says so each time, create the network with the firewall "nftables".',
      cause,
    });
  }
}
