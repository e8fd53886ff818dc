import { extname } from 'node:path';
import { checkRules } from './check-rules.ts';
import { checkSchema } from './check-schema.ts';
import { type ConfigFile, configSchema, withDefaults } from './config-schema.ts';
import type { ConfigLanguage, ConfigText } from './config-text.ts';
import { ConfigLanguageError, InvalidConfigError } from './errors.ts';

/** Languages by the endings of files. Only that of the file is loaded. */
const languages: Readonly<Record<string, () => Promise<ConfigLanguage>>> = {
  '.toml': async () => (await import('./toml.ts')).toml,
  '.yaml': async () => (await import('./yaml.ts')).yaml,
  '.yml': async () => (await import('./yaml.ts')).yaml,
};

/**
 * Reads the text of a configuration file, in the language that its name tells.
 *
 * @throws {@link InvalidConfigError} with all that is wrong, {@link ConfigLanguageError}
 */
export async function parseConfig(file: string, text: string): Promise<ConfigFile> {
  const load = languages[extname(file).toLowerCase()];
  if (load === undefined) throw new ConfigLanguageError(file, Object.keys(languages));
  const parsed = (await load()).parse(text);
  if (!isText(parsed)) throw new InvalidConfigError(file, parsed);
  const faults = checkSchema(configSchema, parsed);
  if (faults.length > 0) throw new InvalidConfigError(file, faults);
  const complete = withDefaults(parsed.value as Partial<ConfigFile>);
  const contradictions = checkRules(complete, parsed);
  if (contradictions.length > 0) throw new InvalidConfigError(file, contradictions);
  return complete;
}

function isText(parsed: ReturnType<ConfigLanguage['parse']>): parsed is ConfigText {
  return 'lineOf' in parsed;
}
