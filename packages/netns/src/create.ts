import { closeSync, fstatSync, openSync } from 'node:fs';
import { inNewNetns, type Linux } from '@tsnet/linux';
import { NetnsExistsError, NotANetnsError } from './errors.ts';
import { MS_BIND } from './flags.ts';
import { identityOf } from './identity.ts';
import { type Netns, NetnsHandle } from './netns.ts';
import { takePlace } from './place.ts';
import type { NetnsRef } from './ref.ts';

/** What {@link createNetns} needs. */
export interface CreateNetnsOptions {
  readonly linux: Linux;
  readonly ref: NetnsRef;
  readonly name: string;
  /** Where the namespace is to be mounted. */
  readonly path: string;
  /** Where the calling thread finds its own namespace. */
  readonly own: string;
}

/** Makes a namespace and mounts it on `path`. A failure leaves nothing; a kill at most the empty file. */
export function createNetns(options: CreateNetnsOptions): Netns {
  const place = takePlace(options.linux, options.path, true);
  if (place.kind === 'foreign') throw new NotANetnsError('create', options.name, options.path);
  if (place.kind !== 'place') throw new NetnsExistsError(options.name);
  try {
    const fd = inNewNetns(options.linux, () => mountOwn(options));
    return new NetnsHandle({ ...options, fd, identity: identityOf(fstatSync(fd, { bigint: true })) });
  } catch (error) {
    place.remove();
    throw error;
  } finally {
    place.release();
  }
}

function mountOwn({ linux, own, path }: CreateNetnsOptions): number {
  const fd = openSync(own, 'r');
  try {
    linux.mount(own, path, null, MS_BIND, null);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
