/**
 * Loaded into `tsnet --json --verbose` before it begins, by `node --import`: kills the process in the moment after the step
 * that TSNET_TEST_STEP tells of, before anything else can happen. `3` is the third step, `create-veth 3` the third of that
 * name.
 */
import { writeSync } from 'node:fs';

const [last = '', wanted = last] = (process.env.TSNET_TEST_STEP ?? '').split(' ').toReversed();
const isStep = (text: string) =>
  text.startsWith(wanted === last ? '{"step":{' : `{"step":{"name":"${wanted}",`);
let count = 0;

process.stderr.write = (text: string | Uint8Array) => {
  writeSync(2, String(text));
  if (!isStep(String(text))) return true;
  count += 1;
  if (count === Number(last)) process.kill(process.pid, 'SIGKILL');
  return true;
};
