import { styleText } from 'node:util';
import type { TsnetError } from '@tsnet/errors';
import { SeveralError } from '../errors.ts';
import { hintOf } from '../hint.ts';
import { formatJson } from './json.ts';
import { printable } from './printable.ts';

/** Where output goes, as `process` has it. */
export interface OutputStreams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Where a command's result, remarks and errors go: a text for people, or JSON for programs. */
export class Output {
  readonly json: boolean;
  readonly #streams: OutputStreams;

  /** @param streams - opened when they are written to, since each takes its time. */
  constructor(json: boolean, streams: OutputStreams) {
    this.json = json;
    this.#streams = streams;
  }

  get #stdout(): NodeJS.WritableStream {
    return this.#streams.stdout;
  }

  get #stderr(): NodeJS.WritableStream {
    const { stderr } = this.#streams;
    // There is no place left to say it.
    if (stderr.listenerCount('error') === 0) stderr.on('error', () => {});
    return stderr;
  }

  /** The one result of a command, on stdout. */
  result(document: unknown, text: () => string): void {
    this.#stdout.write(`${this.json ? formatJson(document, 2) : text()}\n`);
  }

  /** Something worth knowing that is no result: on stderr, as one line of JSON or as text. */
  remark(document: unknown, text: () => string): void {
    this.#stderr.write(`${this.json ? formatJson(document) : text()}\n`);
  }

  /** A remark of a code and a sentence. */
  note(code: string, message: string): void {
    this.remark({ notice: { code, message } }, () => `note: ${message}`);
  }

  /**
   * A result that comes piece by piece, on stdout, as fast as its reader takes it. Should stdout fail, the rest
   * is left out: whoever listens to its errors tells.
   */
  async stream(pieces: AsyncIterable<string>): Promise<void> {
    for await (const piece of pieces) {
      const failure = await new Promise((resolve) => this.#stdout.write(piece, resolve));
      if (failure) return;
    }
  }

  /** What went wrong, on stderr: a line each with what to do about it, or one object. */
  error(error: TsnetError, options: { readonly stack: boolean }): void {
    if (this.json) {
      this.#stderr.write(`${formatJson({ error: documentOf(error) })}\n`);
    } else {
      for (const single of error instanceof SeveralError ? error.errors : [error]) this.#errorText(single);
    }
    if (options.stack) this.#stderr.write(`${stackOf(error)}\n`);
  }

  #errorText(error: TsnetError): void {
    const program = styleText('red', 'tsnet:', { stream: this.#stderr });
    this.#stderr.write(`${program} ${printable(oneLine(error.message))}\n`);
    const hint = hintOf(error);
    if (hint !== undefined) this.#stderr.write(`  hint: ${printable(oneLine(hint))}\n`);
  }
}

function documentOf(error: TsnetError): object {
  const hint = hintOf(error);
  return {
    ...error.toJSON(),
    ...(hint === undefined ? {} : { hint }),
    ...(error instanceof SeveralError ? { errors: error.errors.map(documentOf) } : {}),
  };
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}

function stackOf(error: Error): string {
  const { cause } = error;
  const own = error.stack ?? `${error}`;
  return cause instanceof Error ? `${own}\ncaused by: ${stackOf(cause)}` : own;
}
