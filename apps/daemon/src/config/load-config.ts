import { readFileSync } from 'node:fs';
import { type ConfigFile, withDefaults } from './config-schema.ts';
import { type DaemonConfig, defaultConfigFile, type LogLevel } from './daemon-config.ts';
import { ConfigFileError } from './errors.ts';

/** What a command line says of the configuration. */
export interface ConfigRequest {
  /** The file to read; undefined: the default one, where it exists. */
  readonly file: string | undefined;
  /** What wins over the file. */
  readonly flags: ConfigFlags;
}

/** Settings that have a flag; those that are absent are left to the file. Paths are absolute. */
export interface ConfigFlags {
  readonly stateDir?: string;
  readonly socketPath?: string;
  readonly repair?: boolean;
  readonly logLevel?: LogLevel;
}

/**
 * The configuration of a command line: its flags, the file, and defaults for the rest. Nothing else is looked at:
 * whether what it names is there shows when it is used.
 *
 * @param defaultFile read where it exists, unless the request names a file.
 * @throws {@link InvalidConfigError} with all that is wrong in the file; {@link ConfigFileError},
 *   {@link ConfigLanguageError}.
 */
export async function loadConfig(
  request: ConfigRequest,
  defaultFile: string = defaultConfigFile,
): Promise<DaemonConfig> {
  const file = request.file ?? defaultFile;
  const text = readText(file, request.file === undefined);
  if (text === undefined) return configOf(withDefaults({}), request.flags);
  // Whoever has no file does not wait for parsers.
  const { parseConfig } = await import('./parse-config.ts');
  return configOf(await parseConfig(file, text), request.flags);
}

function readText(file: string, mayBeAbsent: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (mayBeAbsent && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
    throw new ConfigFileError(file, error as NodeJS.ErrnoException);
  }
}

function configOf(file: ConfigFile, flags: ConfigFlags): DaemonConfig {
  return {
    ...file,
    stateDir: flags.stateDir ?? file.stateDir,
    socket: {
      ...file.socket,
      path: flags.socketPath ?? file.socket.path,
      mode: Number.parseInt(file.socket.mode, 8),
    },
    tcp: tcpOf(file.tcp),
    repair: flags.repair ?? file.repair,
    log: { level: flags.logLevel ?? file.log.level },
  };
}

/** The rules have seen to it that either all files are there, or none. */
function tcpOf(tcp: ConfigFile['tcp']): DaemonConfig['tcp'] {
  if (tcp === undefined) return undefined;
  const { host, port, certificate, key, clientCa } = tcp;
  const isComplete = certificate !== undefined && key !== undefined && clientCa !== undefined;
  return { host, port, tls: isComplete ? { certificate, key, clientCa } : undefined };
}
