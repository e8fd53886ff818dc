const titleWidth = 24;

/**
 * @typedef {object} Output Where progress goes. On a terminal a running step shows its time.
 * @property {boolean} [isTTY]
 * @property {(text: string) => unknown} write
 */

/**
 * Runs one step and writes one line about it: mark, title, what came of it, seconds.
 *
 * @template {string | undefined | void} T
 * @param {string} title
 * @param {() => T | Promise<T>} work resolves to what came of it, in a few words
 * @param {Output} [output]
 * @returns {Promise<T>}
 */
export async function step(title, work, output = process.stdout) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const line = (/** @type {string} */ mark, /** @type {string} */ detail) =>
    `${mark} ${title.padEnd(titleWidth)} ${seconds().padStart(7)}  ${detail}`.trimEnd();

  const rewrite = (/** @type {string} */ text) => output.write(`\r\u001b[K${text}`);
  const ticker = output.isTTY ? setInterval(() => rewrite(line('·', '')), 100) : undefined;
  const finish = (/** @type {string} */ text) => {
    clearInterval(ticker);
    if (output.isTTY) rewrite(`${text}\n`);
    else output.write(`${text}\n`);
  };

  try {
    const detail = await work();
    finish(line('✓', detail ?? ''));
    return detail;
  } catch (error) {
    finish(line('✗', 'failed'));
    throw error;
  }
}
