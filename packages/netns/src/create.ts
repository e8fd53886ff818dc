import { closeSync, fstatSync, openSync } from 'node:fs';
import { inNewNetns, type Linux } from '@tsnet/linux';
import { NetnsExistsError, NotANetnsError } from './errors.ts';
import { MS_BIND } from './flags.ts';
import { identityOf } from './identity.ts';
import { type Netns, NetnsHandle } from './netns.ts';
import { takePlace } from './place.ts';
import type { NetnsRef } from './ref.ts';

/** Where a namespace is to have its name. */
export interface NamedPlace {
  readonly linux: Linux;
  readonly name: string;
  /** Where the namespace is to be mounted. */
  readonly path: string;
}

/** What {@link createNetns} needs. */
export interface CreateNetnsOptions extends NamedPlace {
  readonly ref: NetnsRef;
  /** Where the calling thread finds its own namespace. */
  readonly own: string;
}

/** Makes a namespace and mounts it on `path`. A failure leaves nothing; a kill at most the empty file. */
export function createNetns(options: CreateNetnsOptions): Netns {
  return inPlace(options, () => {
    const fd = inNewNetns(options.linux, () => mountOwn(options));
    return new NetnsHandle({ ...options, fd, identity: identityOf(fstatSync(fd, { bigint: true })) });
  });
}

/**
 * Makes a namespace that has no name: it ends with the handle.
 *
 * @param own - where the calling thread finds its own namespace. @param descriptors - where the process finds its open files.
 */
export function createUnnamedNetns(linux: Linux, own: string, descriptors: string): Netns {
  const fd = inNewNetns(linux, () => openSync(own, 'r'));
  const path = `${descriptors}/${fd}`;
  const identity = identityOf(fstatSync(fd, { bigint: true }));
  return new NetnsHandle({ linux, ref: { kind: 'path', path }, path, identity, fd });
}

/** Mounts an open namespace on `path`. A failure leaves nothing; a kill at most the empty file. @param source - a path that leads to it. */
export function nameNetns(place: NamedPlace, source: string): void {
  inPlace(place, () => place.linux.mount(source, place.path, null, MS_BIND, null));
}

/** Runs `body` with an empty file at `path` on which nobody else mounts, and takes the file away again should it fail. */
function inPlace<T>({ linux, name, path }: NamedPlace, body: () => T): T {
  const place = takePlace(linux, path, true);
  if (place.kind === 'foreign') throw new NotANetnsError('create', name, path);
  if (place.kind !== 'place') throw new NetnsExistsError(name);
  try {
    return body();
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
