import { watch } from 'node:fs';
import { dirname } from 'node:path';

/** Milliseconds of quiet after which a change is over: a certificate and its key are written one after another. */
const QUIET = 200;

/**
 * Tells when one of some files may have changed. Their directories are watched, because a new version often is another file
 * that was renamed, or a link to one. It keeps no process alive.
 */
export function watchFiles(files: readonly string[], changed: () => void): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const note = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, QUIET).unref();
  };
  const watchers = [...new Set(files.map((file) => dirname(file)))].map((directory) => {
    // A directory that goes away tells nothing more; what was read stays in use.
    return watch(directory, { persistent: false }, note).on('error', note);
  });
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
