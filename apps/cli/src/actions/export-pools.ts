import { randomBytes } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { isTsnetError } from '@tsnet/errors';
import { exportText } from '@tsnet/ipam';
import { FileError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { withIpam } from '../session.ts';

/** `tsnet ipam export`: a document, whether --json is given or not. */
export async function exportPools(
  invocation: Invocation,
  ids: readonly string[],
  { output: file }: { readonly output?: string },
): Promise<void> {
  const { output } = invocation;
  await withIpam(invocation, async ({ store }) => {
    const pieces = exportText(store, ids.length === 0 ? {} : { poolIds: ids });
    if (file === undefined) await output.stream(pieces);
    else await replaceFile(file, pieces);
  });
  if (file !== undefined) output.result({ file }, () => printable(`exported to ${file}`));
}

/** Writes beside a file and takes its place at last, so that it is whole at any time: the new one or the old. */
async function replaceFile(file: string, pieces: AsyncIterable<string>): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    // What is no plain file, such as a device or a pipe, cannot be replaced.
    const isPlain = await stat(file).then(
      (found) => found.isFile(),
      () => true,
    );
    if (!isPlain) return await writeFile(file, pieces);
    await writeFile(draft, pieces, { flag: 'wx', flush: true });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw isTsnetError(error) ? error : new FileError('write', file, error);
  }
}
