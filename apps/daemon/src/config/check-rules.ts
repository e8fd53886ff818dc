import { BlockList, isIP } from 'node:net';
import { problemAt } from './check-schema.ts';
import type { ConfigFile } from './config-schema.ts';
import type { ConfigProblem, ConfigText } from './config-text.ts';

/** The size of `sun_path` without the zero that ends it: unix(7). */
const LONGEST_SOCKET_PATH = 107;

const tlsFiles = ['certificate', 'key', 'clientCa'] as const;

/** What the schema cannot say: settings that contradict each other, and what is not safe. */
export function checkRules({ socket, tcp }: ConfigFile, text: ConfigText): readonly ConfigProblem[] {
  const fault = socketPathFault(socket.path);
  const ofSocket = fault === undefined ? [] : [problemAt(text, ['socket', 'path'], fault)];
  return [...ofSocket, ...(tcp === undefined ? [] : checkTcp(tcp, text))];
}

/** Why a unix socket cannot be at a path, or undefined when it can. */
export function socketPathFault(path: string): string | undefined {
  const length = Buffer.byteLength(path);
  if (path.endsWith('/')) return 'it names a directory';
  return length > LONGEST_SOCKET_PATH
    ? `it has ${length} bytes, and a socket's path has at most ${LONGEST_SOCKET_PATH}`
    : undefined;
}

function checkTcp(tcp: NonNullable<ConfigFile['tcp']>, text: ConfigText): readonly ConfigProblem[] {
  if (isIP(tcp.host) === 0) {
    const reason = `it is ${JSON.stringify(tcp.host)}, and has to be an IP address`;
    return [
      problemAt(text, ['tcp', 'host'], reason, `Write for example: ${text.write('host', '127.0.0.1')}`),
    ];
  }
  const given = tlsFiles.filter((name) => tcp[name] !== undefined);
  if (!tcp.tls && given.length > 0) {
    const reason = `it is false, and ${given.join(', ')} ${given.length === 1 ? 'is' : 'are'} given`;
    return [problemAt(text, ['tcp', 'tls'], reason, 'Leave out tls to use them, or leave them out.')];
  }
  if (given.length === 0) {
    if (isLoopback(tcp.host)) return [];
    const reason = `${tcp.host} is no loopback address, and without TLS anybody on the way could command this host`;
    const hint = `Give ${tlsFiles.join(', ')}; or use host 127.0.0.1 or ::1.`;
    return [problemAt(text, ['tcp', 'host'], reason, hint)];
  }
  return tlsFiles
    .filter((name) => tcp[name] === undefined)
    .map((name) => {
      const hint = 'TLS needs the certificate and key of the daemon, and the CA of its clients.';
      return problemAt(text, ['tcp'], `${name} is missing`, hint);
    });
}

/** Whether what is sent to an IP address stays on this host. */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  return loopback.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
