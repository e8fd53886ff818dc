import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Declaration, InvalidDeclarationError, parseDeclaration } from '@tsnet/declare';
import { FileError, throwCollected } from '../errors.ts';

/** Reads a declaration from a file, or from standard input for `-`. @throws {@link FileError}, and all that is wrong in the file. */
export async function readDeclaration(path: string): Promise<Declaration> {
  const anonymous = path === '-';
  const file = anonymous ? '<stdin>' : path;
  const content = await readText(file, anonymous);
  try {
    return parseDeclaration(content, { file, anonymous });
  } catch (error) {
    if (error instanceof InvalidDeclarationError) throwCollected('read', file, error.errors);
    throw error;
  }
}

async function readText(file: string, anonymous: boolean): Promise<string> {
  try {
    return await (anonymous ? text(process.stdin) : readFile(file, 'utf8'));
  } catch (error) {
    throw new FileError('read', file, error);
  }
}
