/**
 * The Linux system calls that container networking needs, from Node.js and without a child process.
 *
 * ```ts
 * import { inNetns, openLinux } from '@tsnet/linux';
 *
 * const linux = openLinux();
 * const AF_INET = 2;
 * const SOCK_STREAM = 1;
 * const socket = inNetns(linux, netnsFd, () => linux.socket(AF_INET, SOCK_STREAM, 0));
 * ```
 *
 * @packageDocumentation
 */
export {
  type ControlMessage,
  type Datagram,
  DatagramBatch,
  type DatagramBatchOptions,
} from './datagram-batch.ts';
export { errnoKind, errnoName, errnoText } from './errno.ts';
export {
  AsyncInNetnsError,
  InvalidSocketAddressError,
  SystemCallError,
  UnsupportedPlatformError,
} from './errors.ts';
export {
  type Libnftables,
  type LibnftablesContext,
  type LibnftablesResult,
  libnftablesOutput,
  openLibnftables,
} from './libnftables.ts';
export { type Linux, openLinux } from './linux.ts';
export {
  CLONE_NEWNET,
  inNetns,
  inNewNetns,
  netnsCookie,
  netnsCookieOfSocket,
  OWN_NETNS_PATH,
} from './netns.ts';
export {
  decodeNetlinkSocketAddress,
  decodeSocketAddress,
  decodeUnixSocketAddress,
  encodeLinkSocketAddress,
  encodeNetlinkSocketAddress,
  encodeSocketAddress,
  encodeUnixSocketAddress,
  type LinkSocketAddress,
  type NetlinkSocketAddress,
  type SocketAddress,
  type UnixSocketAddress,
} from './sockaddr.ts';
