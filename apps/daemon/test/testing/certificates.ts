import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate with its key, by their files. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** What a TLS client of Node.js wants of an identity. */
export function secretsOf({ cert, key }: Identity): { readonly cert: string; readonly key: string } {
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

/** A certificate authority of a test's own, in a directory of its own. Made with openssl. */
export class Authority implements Identity {
  readonly cert: string;
  readonly key: string;
  readonly #directory: string;

  constructor(directory: string, name: string) {
    this.#directory = directory;
    this.cert = join(directory, `${name}.pem`);
    this.key = join(directory, `${name}.key`);
    openssl('req', '-x509', ...keyInto(this.key), '-out', this.cert, '-subj', `/CN=${name}`, '-days', '2');
  }

  /** Makes a certificate for 127.0.0.1; one that is `expired` ended a day ago. */
  issue(name: string, { expired = false } = {}): Identity {
    const [cert, key] = [join(this.#directory, `${name}.pem`), join(this.#directory, `${name}.key`)];
    const request = join(this.#directory, `${name}.csr`);
    openssl(
      'req',
      ...keyInto(key),
      '-out',
      request,
      '-subj',
      `/CN=${name}`,
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    );
    // openssl x509 counts days from now, and takes negative ones.
    const days = expired ? '-1' : '1';
    const ca = ['-CA', this.cert, '-CAkey', this.key, '-CAcreateserial', '-copy_extensions', 'copy'];
    openssl('x509', '-req', '-in', request, '-out', cert, '-days', days, ...ca);
    return { cert, key };
  }
}

function keyInto(file: string): readonly string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file];
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
