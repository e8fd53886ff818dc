import { closeSync } from 'node:fs';
import type { Linux } from '@tsnet/linux';
import { NotANetnsError } from './errors.ts';
import { MNT_DETACH, UMOUNT_NOFOLLOW } from './flags.ts';
import { openNetnsFile } from './netns-file.ts';
import { type Place, takePlace } from './place.ts';

/** Unmounts the namespace from `path` and removes the file. Returns false if there was neither. */
export function deleteNetns(linux: Linux, name: string, path: string): boolean {
  let unmounted = false;
  for (;;) {
    const place = takePlace(linux, path, false);
    switch (place.kind) {
      case 'place':
        removeFile(place);
        return true;
      case 'foreign':
        throw new NotANetnsError('delete', name, path);
      case 'absent':
      case 'busy':
        return unmounted;
      case 'taken':
        // Somebody else has been fast to take the name again: theirs is not ours to delete.
        if (unmounted) return true;
        unmounted = unmount(linux, path);
    }
  }
}

function removeFile(place: Place): void {
  try {
    place.remove();
  } finally {
    place.release();
  }
}

/** Returns false when another process that deletes the name was faster. */
function unmount(linux: Linux, path: string): boolean {
  try {
    linux.unmount(path, MNT_DETACH | UMOUNT_NOFOLLOW);
    return true;
  } catch (error) {
    const file = openNetnsFile(linux, path);
    if (file.kind !== 'netns') return false;
    closeSync(file.fd);
    throw error;
  }
}
