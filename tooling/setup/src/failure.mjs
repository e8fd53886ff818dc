/** Exit codes of the set-up and the checks. 1 is any step that failed; the two below say that the machine will not do. */
export const exitCodes = /** @type {const} */ ({ failed: 1, unsupported: 3, permission: 4 });

/**
 * A step that could not do its work: what went wrong in one line, what to do about it, and the end of what the
 * failed command printed.
 */
export class StepFailure extends Error {
  /**
   * @param {string} reason
   * @param {{ hint?: string, output?: string, exitCode?: number, cause?: unknown }} [details]
   */
  constructor(reason, details = {}) {
    super(reason, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'StepFailure';
    this.hint = details.hint;
    this.output = details.output ?? '';
    this.exitCode = details.exitCode ?? exitCodes.failed;
  }
}

/**
 * The lines that tell a person about a failure: output first, then what to do, so that the last line helps.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function describeFailure(error) {
  if (!(error instanceof StepFailure)) return String(error instanceof Error ? (error.stack ?? error) : error);
  const output = error.output.trimEnd();
  return [
    ...(output === '' ? [] : [output, '']),
    error.message,
    ...(error.hint === undefined ? [] : [error.hint]),
  ].join('\n');
}
