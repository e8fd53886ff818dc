import type { TsnetError } from '@tsnet/errors';
import { groupOf } from './group-of.ts';

type Hint = string | ((error: TsnetError) => string | undefined);

const otherAddress =
  'Ask for another address, or for none to have one chosen. See who holds what with: tsnet ipam ls';

/**
 * What to do about an error in terms of this command line, by code. Libraries know no commands and options:
 * theirs are neutral, and hold where there is nothing more to say.
 */
const hints: Readonly<Record<string, Hint>> = {
  API_ABORTED: 'The daemon may carry it out all the same: look before you ask again.',
  API_NO_ROUTE: otherVersion,
  API_UNEXPECTED_ANSWER: otherVersion,
  API_UNREACHABLE: unreachable,
  BRIDGE_DOWN: 'Raise it with: tsnet reconcile',
  BRIDGE_FIREWALL_MISSING: 'Put them back with: tsnet reconcile',
  BRIDGE_MISSING: 'Make it again with: tsnet reconcile',
  CORE_ENDPOINT_NOT_FOUND: 'List them with: tsnet endpoint ls',
  CORE_HOST_ADDRESS: '`ip address` lists those of the host; leave the address out to publish on all.',
  CORE_LINK_EXISTS: 'Choose another name for the network, or one for its bridge with --bridge-name.',
  CORE_NETWORK_EXISTS: ({ subject }) =>
    `Choose another name, or remove that one with: tsnet network rm ${subject}`,
  CORE_NETWORK_FULL: 'Disconnect what is no longer needed; see who holds what with: tsnet ipam ls',
  CORE_NETWORK_IN_USE: 'Disconnect or release them first, or remove the network with --force.',
  CORE_NETWORK_NOT_FOUND: 'List them with: tsnet network ls',
  CORE_NO_FREE_PORT: 'Name the host ports, or unpublish some; list them with: tsnet port ls',
  CORE_NOT_READY: notReady,
  CORE_PORT_TAKEN: 'Choose another host port, or 0 for a free one. List those published with: tsnet port ls',
  CORE_ROUTE_OVERLAP: 'Choose another --subnet; `ip route show table all` lists what the host reaches.',
  CORE_SANDBOX_IS_HOST: 'Name another namespace, or make one with: tsnet netns create NAME',
  CORE_SUBNET_OVERLAP: 'Choose another --subnet, or leave it out to have a free one chosen.',
  CORE_TEARDOWN: teardown,
  CORE_UNDO: 'It is still recorded: take the cause away, then remove or disconnect it with --force.',
  IPAM_ADDRESS_OUTSIDE_POOL: otherAddress,
  IPAM_ADDRESS_RESERVED: otherAddress,
  IPAM_ADDRESS_TAKEN: otherAddress,
  IPAM_LEASE_HELD_BY_OTHER:
    'Only its owner releases or renews it. See who that is with: tsnet ipam who ADDRESS',
  IPAM_POOL_EXHAUSTED: 'Release what is no longer needed; see who holds what with: tsnet ipam ls',
  IPAM_POOL_EXISTS: ({ subject }) => `Choose another name, or remove that one with: tsnet ipam rm ${subject}`,
  IPAM_POOL_IN_USE: ({ subject }) =>
    `See who holds what with: tsnet ipam inspect ${subject}; release that first, or remove it with --force.`,
  IPAM_POOL_NOT_FOUND: 'List them with: tsnet ipam ls',
  IPAM_POOL_OVERLAP: 'Choose another prefix; list the pools with: tsnet ipam ls',
  IPAM_PREFIXES_EXHAUSTED: 'Name a prefix with --subnet, or remove a network that is no longer needed.',
  NETNS_EXISTS: ({ subject }) => `Take another name, or remove that one with: tsnet netns rm ${subject}`,
  IPAM_RESERVATION_HELD_BY_OTHER:
    'Ask for another address, or give the reservation up with: tsnet ipam unreserve POOL ADDRESS',
  // A process is in no list of tsnet's.
  NETNS_NOT_FOUND: ({ subject }) =>
    subject.startsWith('pid:') ? undefined : 'List them with: tsnet netns ls',
  SERVICE_ADDRESS_IN_NO_POOL: 'List the pools with: tsnet ipam ls',
  SERVICE_NOTHING_ON_RECORD:
    'See them with: tsnet status. Name the state directory that they are from with --state-dir, or remove them with: tsnet reconcile --force',
  SERVICE_POOL_OF_NETWORK: poolOfNetwork,
  SERVICE_SANDBOX_NOT_FOUND: 'List them with: tsnet netns ls',
  STORE_PERMISSION: 'Run as the user who owns it, or choose another directory with --state-dir.',
};

/** What the reader can do about an error: on this command line, or else as whoever threw it says. */
export function hintOf(error: TsnetError): string | undefined {
  const hint = Object.hasOwn(hints, error.code) ? hints[error.code] : undefined;
  return (typeof hint === 'function' ? hint(error) : hint) ?? error.hint;
}

/** A daemon and a command line of different versions: the daemon goes on with the old one until it is started again. */
function otherVersion(): string {
  return 'See whether tsnetd is of another version than tsnet: after an upgrade it runs on until: systemctl restart tsnetd';
}

function unreachable({ kind, subject }: TsnetError): string {
  if (kind !== 'permission')
    return 'It may have carried the request out: see how it is with `systemctl status tsnetd`, look, then try again.';
  const group = groupOf(subject);
  const membership = group === undefined ? 'the group that owns it' : `group ${group}, which owns it`;
  return `Ask to be made a member of ${membership}, or run it as root, for example with sudo.`;
}

function poolOfNetwork({ reason }: TsnetError): string | undefined {
  const [, network] = /^network (.+) takes its addresses from it$/.exec(reason) ?? [];
  return network === undefined ? undefined : `Remove the network with: tsnet network rm ${network}`;
}

function notReady({ operation, subject }: TsnetError): string {
  const remedy = operation.endsWith('network')
    ? `tsnet network rm --force ${subject}`
    : 'tsnet network disconnect --force NETWORK SANDBOX';
  return `Wait for it. If it was killed, finish with: ${remedy}`;
}

function teardown({ subject }: TsnetError): string {
  const [, sandbox] = /^sandbox (\S+)$/.exec(subject) ?? [];
  const remedy =
    sandbox === undefined ? 'remove or disconnect it with --force.' : `run: tsnet netns rm ${sandbox}`;
  return `The rest was taken down. Take the cause away, then ${remedy}`;
}
