import { stringify } from 'smol-toml';
import type { ConfigFile } from './config-schema.ts';
import type { DaemonConfig, TcpConfig } from './daemon-config.ts';

/** A configuration as the text of a file that says the same. */
export function formatConfig(config: DaemonConfig, language: 'toml' | 'json'): string {
  const file = fileOf(config);
  return language === 'json' ? `${JSON.stringify(file, null, 2)}\n` : stringify(file);
}

function fileOf({ socket, tcp, ...rest }: DaemonConfig): ConfigFile {
  const mode = `0${socket.mode.toString(8).padStart(3, '0')}`;
  return { ...rest, socket: { ...socket, mode }, ...(tcp === undefined ? {} : { tcp: tcpOf(tcp) }) };
}

function tcpOf({ host, port, tls }: TcpConfig): NonNullable<ConfigFile['tcp']> {
  return { host, port, tls: tls !== undefined, ...tls };
}
