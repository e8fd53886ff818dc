import { TsnetError } from '@tsnet/errors';

/** A document to import says something that cannot be. Nothing was imported. Code `IPAM_DOCUMENT_INVALID`. */
export class InvalidDocumentError extends TsnetError {
  /** Where in the document: `pools[0].leases[17].address`. Empty for the document as a whole. */
  readonly path: string;

  constructor(path: string, reason: string, hint: string, operation = 'import', cause?: unknown) {
    const subject = path === '' ? 'the document' : path;
    super({ code: 'IPAM_DOCUMENT_INVALID', kind: 'invalid', operation, subject, reason, hint, cause });
    this.path = path;
  }
}

/** The document is of a version that this release does not read. Code `IPAM_DOCUMENT_VERSION`. */
export class DocumentVersionError extends TsnetError {
  constructor(version: number, known: number) {
    super({
      code: 'IPAM_DOCUMENT_VERSION',
      kind: 'unsupported',
      operation: 'import',
      subject: 'the document',
      reason: `it is of version ${version}, and this release reads version ${known}`,
      hint: 'Import it with the release that wrote it, or a later one.',
    });
  }
}

/** The state of a host-local plugin cannot be read, or not all of it. Code `IPAM_HOST_LOCAL`. */
export class HostLocalError extends TsnetError {
  /** Names of the files in the directory that cannot be understood; empty when the directory cannot be read. */
  readonly files: readonly string[];

  constructor(
    directory: string,
    kind: 'not-found' | 'permission' | 'unavailable' | 'corrupt',
    reason: string,
    hint: string,
    { files = [], cause }: { readonly files?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super({ code: 'IPAM_HOST_LOCAL', kind, operation: 'import', subject: directory, reason, hint, cause });
    this.files = files;
  }
}
