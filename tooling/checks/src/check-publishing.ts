import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage, formatMessagePath } from 'publint/utils';
import type { Breach } from './breach.ts';
import { listPackages } from './workspace.ts';

/** Checks, on the built packages, that what would be published can be imported by those who install it. */
export async function checkPublishing(root: string): Promise<Breach[]> {
  const published = listPackages(root).filter(
    ({ manifest, folder }) => folder !== 'tooling' && manifest.private !== true,
  );
  const breaches: Breach[] = [];
  for (const { path } of published) {
    const { messages, pkg } = await publint({
      pkgDir: join(root, path),
      pack: 'pnpm',
      strict: true,
      level: 'warning',
    });
    for (const message of messages) {
      const what = formatMessagePath(message.path) || message.code;
      breaches.push({
        file: `${path}/package.json`,
        what,
        why: formatMessage(message, pkg, { color: false, reference: true }) ?? message.code,
      });
    }
  }
  return breaches;
}
