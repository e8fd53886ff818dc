import { InvalidValueError } from '../errors.ts';

const HINT = 'Write --label KEY=VALUE, each key once.';

/**
 * Reads labels, each `KEY=VALUE`; the value may be empty and may hold more equals signs.
 *
 * @throws {@link InvalidValueError}
 */
export function parseLabels(texts: readonly string[] = []): Record<string, string> {
  const labels = new Map<string, string>();
  for (const text of texts) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined) {
      throw new InvalidValueError('--label', text, 'it has no key before an equals sign', HINT);
    }
    if (labels.has(key)) throw new InvalidValueError('--label', text, `label ${key} is given twice`, HINT);
    labels.set(key, value);
  }
  return Object.fromEntries(labels);
}
