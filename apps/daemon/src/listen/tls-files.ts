import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TlsFiles } from '../config/daemon-config.ts';
import { kindOf, reasonOf, TlsFileError } from './errors.ts';

/** The contents of files in PEM. */
export interface TlsContents {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/**
 * Reads the files of TLS, and sees to it that they can be used: certificates and a key, the key that of the first certificate.
 *
 * @throws {@link TlsFileError} that names the file.
 */
export function readTlsFiles({ certificate, key, clientCa }: TlsFiles): TlsContents {
  const contents = {
    cert: readText('certificate', certificate),
    key: readText('key', key),
    ca: readText('CA of clients', clientCa),
  };
  const own = parse('certificate', certificate, () => new X509Certificate(contents.cert));
  const privateKey: KeyObject = parse('key', key, () => createPrivateKey(contents.key));
  parse('CA of clients', clientCa, () => new X509Certificate(contents.ca));
  if (!own.checkPrivateKey(privateKey)) {
    throw new TlsFileError('key', key, `it is not that of the certificate ${certificate}`, 'invalid');
  }
  return contents;
}

function readText(what: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    throw new TlsFileError(what, file, reasonOf(cause), kindOf(cause), cause);
  }
}

function parse<T>(what: string, file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const noun = what === 'key' ? 'private key' : 'certificate';
    throw new TlsFileError(what, file, `it holds no ${noun} in PEM that can be read`, 'invalid', cause);
  }
}
