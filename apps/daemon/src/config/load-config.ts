import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { Value } from 'typebox/value';
import { checkRules } from './check-rules.ts';
import { checkSchema } from './check-schema.ts';
import { type ConfigFile, configSchema } from './config-schema.ts';
import type { ConfigLanguage, ConfigText } from './config-text.ts';
import { type DaemonConfig, defaultConfigFile, type LogLevel } from './daemon-config.ts';
import { ConfigFileError, ConfigLanguageError, InvalidConfigError } from './errors.ts';
import { toml } from './toml.ts';
import { yaml } from './yaml.ts';

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

const languages: Readonly<Record<string, ConfigLanguage>> = { '.toml': toml, '.yaml': yaml, '.yml': yaml };

/**
 * The configuration of a command line: its flags, the file, and defaults for the rest. Nothing else is looked at:
 * whether what it names is there shows when it is used.
 *
 * @param defaultFile read where it exists, unless the request names a file.
 * @throws {@link InvalidConfigError} with all that is wrong in the file; {@link ConfigFileError},
 *   {@link ConfigLanguageError}.
 */
export function loadConfig(request: ConfigRequest, defaultFile: string = defaultConfigFile): DaemonConfig {
  const file = request.file ?? defaultFile;
  const text = readText(file, request.file === undefined);
  return configOf(text === undefined ? withDefaults({}) : parseConfig(file, text), request.flags);
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

function parseConfig(file: string, text: string): ConfigFile {
  const language = languages[extname(file).toLowerCase()];
  if (language === undefined) throw new ConfigLanguageError(file, Object.keys(languages));
  const parsed = language.parse(text);
  if (!isText(parsed)) throw new InvalidConfigError(file, parsed);
  const faults = checkSchema(configSchema, parsed);
  if (faults.length > 0) throw new InvalidConfigError(file, faults);
  const complete = withDefaults(parsed.value);
  const contradictions = checkRules(complete, parsed);
  if (contradictions.length > 0) throw new InvalidConfigError(file, contradictions);
  return complete;
}

function isText(parsed: ReturnType<ConfigLanguage['parse']>): parsed is ConfigText {
  return 'lineOf' in parsed;
}

/** Completes what the schema has nothing against. */
function withDefaults(value: unknown): ConfigFile {
  return Value.Default(configSchema, structuredClone(value)) as ConfigFile;
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
